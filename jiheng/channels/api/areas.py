"""The parts into which the interface is divided: what a token may be limited to, and the headings of its page."""

AREAS = {
    "registers": "基础库",
    "appraisal": "事前绩效评估",
    "goals": "绩效目标",
    "monitoring": "运行监控",
    "evaluation": "绩效评价",
    "results": "结果应用",
    "assessment": "部门考核",
    "disclosure": "信息公开",
    "ledger": "预算台账",
    "imports": "清单导入",
    "desk": "工作台",
    "audit": "审计链",
}
