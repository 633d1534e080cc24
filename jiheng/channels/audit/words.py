"""The actions of the chain in plain words: steps by the tables of the place, everything else by name."""

from collections.abc import Mapping
from types import MappingProxyType

from jiheng.foundation.audit.words import ACTION_WORDS
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.money import format_wan
from jiheng.rules.workflow.roles import ROLES

NONE: Mapping[str, str] = MappingProxyType({})

GROUPS = {
    "appraisal": "事前评估",
    "goals": "绩效目标",
    "monitoring": "运行监控",
    "self_evaluation": "绩效自评",
    "evaluation": "绩效评价",
    "decision": "结果应用",
    "results": "重复、到期的政策和项目",
    "feedback": "结果反馈",
    "rectification": "整改",
    "accountability": "绩效问责",
    "allocation": "资金分配",
    "assessment": "部门考核",
    "disclosure": "公开",
    "dispatch": "报送登记",
    "subject": "项目库",
    "ledger": "资金台账",
    "indicator": "指标建议",
    "indicators": "指标库",
    "evaluator": "专家与机构",
    "cycle": "年度与日历",
    "policy": "制度",
    "exchange": "清单导入",
    "file": "附件",
    "organisation": "单位",
    "duties": "职责与重点工作",
    "exemplars": "案例库",
    "appointment": "任职",
    "user": "用户",
    "audit": "审计链",
    "evaluation_plan": "评价计划",
    "evaluation_scheme": "评价工作方案",
    "fieldwork": "评价过程",
    "joint": "联合评价",
    "material": "评价材料",
    "place": "地区",
    "plan": "行动计划",
    "progress": "定期报送",
    "progress_report": "定期报送",
    "budget_reduction": "申请调减预算",
    "recapture": "收回资金",
    "review_session": "面对面会审",
    "rulebooks": "部门制度和专职人员",
    "session": "面对面会审",
    "situation": "情况反映",
    "token": "接口令牌",
}
"""What the part of an action before its dot is about."""

SUBJECTS = {
    "accounts.appointment": "任职",
    "api.token": "接口令牌",
    "accounts.bodychange": "单位变动",
    "accounts.organisation": "单位",
    "accounts.user": "用户",
    "appraisal.appraisal": "事前评估",
    "appraisal.radardecision": "相似项目的判断",
    "appraisal.radarrun": "重复筛查",
    "assessment.assessment": "部门考核",
    "assessment.outsidefact": "外部事实",
    "assessment.recognition": "考核结果的运用",
    "bodies.leadoffice": "牵头机构",
    "budgets.ledgerentry": "台账",
    "cycles.cycle": "预算年度",
    "cycles.extension": "延期",
    "cycles.legalevent": "法定事件",
    "disclosure.dispatch": "报送登记",
    "disclosure.publication": "公开",
    "evaluation.agencyrating": "第三方工作质量评分",
    "evaluation.draw": "抽取",
    "evaluation.evaluation": "评价",
    "evaluation.evaluationplan": "年度评价计划",
    "evaluation.evaluationscheme": "评价工作方案",
    "evaluation.evaluatordraw": "第三方抽取",
    "evaluation.expertreview": "专家评审",
    "evaluation.fieldrecord": "评价过程记录",
    "evaluation.indicatorproposal": "指标建议（联合评价）",
    "evaluation.materialrequest": "评价材料",
    "evaluation.partnerfinding": "合作方发现的问题",
    "evaluation.partnertaking": "合作方接收结果",
    "evaluation.selfevaluation": "自评",
    "evaluation.spotcheck": "监控数据抽查",
    "exemplars.exemplar": "案例",
    "exemplars.library": "案例库",
    "experts.evaluator": "专家或机构",
    "files.importbatch": "导入批次",
    "goals.expresscheck": "先行下达的事后核查",
    "goals.expressrelease": "先行下达",
    "goals.goal": "绩效目标",
    "goals.reviewsession": "面对面会审",
    "goals.transferanswer": "转移支付答复",
    "goals.transferreceipt": "转移支付承接",
    "goals.transfershare": "转移支付份额",
    "goals.transfersplit": "转移支付分解",
    "indicators.library": "指标库",
    "indicators.libraryindicator": "指标",
    "indicators.proposal": "指标建议",
    "monitoring.checkpoint": "监控点",
    "monitoring.measure": "纠偏措施",
    "monitoring.monitoringreport": "监控表",
    "monitoring.progressreport": "定期报送",
    "monitoring.recapture": "收回资金",
    "monitoring.reduction": "申请调减预算",
    "monitoring.situationreport": "情况反映",
    "plans.plan": "行动计划",
    "plans.plantask": "行动计划任务",
    "policies.adoption": "采用新版制度",
    "policies.amendment": "制度修订",
    "policies.confirmation": "暂定值确认",
    "policies.snapshot": "固化的制度",
    "results.accountability": "绩效问责",
    "results.allocation": "资金分配",
    "results.decision": "处理决定",
    "results.feedback": "评价结果反馈",
    "results.groundcase": "重复和到期政策",
    "results.rectification": "整改",
    "rulebooks.departmentrule": "部门制度办法",
    "rulebooks.specialist": "专职人员",
    "subjects.warrant": "依据",
    "subjects.contentchange": "内容修改",
    "subjects.standing": "留下的处理",
    "subjects.subjectyear": "项目",
}
"""What the label before the colon of an entry's subject names."""

KEYS = {
    "above": "上级",
    "action": "动作",
    "added": "新增",
    "after": "之后",
    "after_fen": "之后（分）",
    "agreed": "同意",
    "agreed_fen": "同意（分）",
    "amount_fen": "金额（分）",
    "answer": "答复",
    "answers": "对应",
    "areas": "可用范围",
    "asides": "清除的链外内容",
    "asked": "提出",
    "asked_by": "申请人",
    "asked_fen": "申报（分）",
    "at_risk": "可能变动的公开数字",
    "before": "之前",
    "before_fen": "之前（分）",
    "bodies": "单位",
    "body": "单位",
    "budget_year": "预算年度",
    "by": "办理人",
    "change": "属性",
    "changed": "改动",
    "changes": "变动",
    "checked": "核对项数",
    "chosen": "抽中",
    "clause": "条款",
    "code": "代码",
    "columns": "列",
    "comment": "意见",
    "conclusion": "结论",
    "condition": "条件",
    "conditions": "条件",
    "copied_from": "复制自",
    "criteria": "条件",
    "day": "日期",
    "department": "部门",
    "departments": "部门数",
    "digest": "摘要",
    "document": "文件",
    "due": "期限",
    "duty": "职责",
    "entries": "笔数",
    "entries_sha256": "各笔摘要",
    "entry": "台账",
    "evaluation": "评价",
    "evaluator": "评价主体",
    "event": "事项",
    "evidence": "证据",
    "experts": "专家",
    "fact": "事实",
    "factors": "因素",
    "fen": "金额（分）",
    "fields": "领域",
    "figures": "数据",
    "file": "文件",
    "files": "文件",
    "finding": "问题",
    "findings": "问题数",
    "finished": "已完成",
    "fiscal_fen": "财政拨款（分）",
    "found": "报出",
    "fragment_fen": "零碎项目金额（分）",
    "fragment_number": "零碎项目个数",
    "from": "由",
    "goal": "绩效目标",
    "goals": "绩效目标",
    "gone": "不再列出",
    "grade": "等级",
    "ground": "依据",
    "heir": "承接单位",
    "hidden": "隐去字样",
    "ids": "台账编号",
    "indicators": "指标",
    "into": "并入",
    "item": "事项",
    "key": "键",
    "kind": "类型",
    "kinds": "涉及类别",
    "label": "名称",
    "late": "逾期",
    "left": "余下",
    "light": "灯号",
    "likeness": "相似程度的下限",
    "limit_fen": "限额（分）",
    "lines": "行",
    "links": "涉及环节",
    "main": "主要职责",
    "mark": "标记",
    "matter": "事项",
    "measure": "措施",
    "medium_fiscal_fen": "中期财政拨款（分）",
    "medium_other_fen": "中期其他资金（分）",
    "method": "汇总方式",
    "moved": "已转到下一环节",
    "name": "名称",
    "names": "姓名",
    "new": "新增",
    "note": "说明",
    "number": "编号",
    "of": "对应",
    "opinion": "意见",
    "organisation": "单位",
    "origin": "出处",
    "other_fen": "其他资金（分）",
    "outcome": "结论",
    "own": "本级",
    "paper": "文号",
    "partner": "合作方",
    "people": "人员",
    "place": "次序",
    "points": "分值",
    "policy": "政策",
    "population": "总体",
    "progress": "进度",
    "projects": "项目",
    "proof": "证明",
    "proposed": "建议",
    "read_only": "只读",
    "reason": "理由",
    "records": "条数",
    "reference": "凭证号",
    "reports": "监控表数",
    "requested_fen": "申报（分）",
    "result": "结果",
    "revised": "修订",
    "revision": "版本",
    "role": "角色",
    "row": "所证内容",
    "rows": "行数",
    "sealed": "办理后的摘要",
    "sealed_along": "各条记录的摘要",
    "sections": "部分",
    "seed": "种子",
    "sha256": "文件摘要",
    "shares": "份数",
    "shares_sha256": "各份摘要",
    "side": "审核方",
    "signed": "签署内容摘要",
    "since": "自",
    "source": "来源",
    "speaker": "发言人",
    "state": "状态",
    "steps": "步骤",
    "subject": "对象",
    "subjects": "对象",
    "tasks": "任务",
    "text": "内容",
    "title": "标题",
    "to": "至",
    "total": "总分",
    "totals": "各部门总分",
    "track": "档次",
    "trigger": "缘由",
    "units": "单位",
    "until": "至",
    "untrue": "不实项数",
    "use": "用途",
    "user": "用户",
    "value": "值",
    "values": "值",
    "verdict": "结论",
    "where": "位置",
    "why": "原因",
    "words": "内容",
    "work": "重点工作",
    "years": "相隔年数",
}
"""The names of an entry's contents; others are shown as they are sealed."""


VALUES = ROLES | {
    "adjustment": "预算调整",
    "bureau": "财政",
    "continuing": "延续",
    "cut": "核减",
    "department": "主管部门",
    "division": "业务股室",
    "fiscal": "财政评价",
    "fund": "社会保险基金评价",
    "green": "绿灯",
    "in_process": "事中评价",
    "initial": "年初预算",
    "not_supported": "不予支持",
    "payment": "支付",
    "performance": "绩效管理股",
    "project": "项目",
    "recapture": "收回",
    "red": "红灯",
    "supported": "予以支持",
    "supported_after_revision": "调整完善后予以支持",
    "whole_department": "部门整体支出评价",
    "yellow": "黄灯",
}
"""What the codes among an entry's contents mean; a code of a pack's own stays as it is sealed."""

UNTOLD = frozenset({"row", "item", "trigger"})
"""Contents that are codes of a pack: shown with the entry, not in the line."""


def content_words(key: str, value: object, grades: Mapping[str, str] = NONE) -> str:
    """Return one content of an entry for a line, as 金额：5,123.00 万元; "" when it says nothing.

    `grades` is what the place calls its grades.
    """
    if value in {None, ""} or key in UNTOLD:
        return ""
    name = KEYS.get(key, key)
    if isinstance(value, bool):
        return f"{name}：{'是' if value else '否'}"
    if key.endswith("fen") and isinstance(value, int):
        return f"{name.removesuffix('（分）')}：{format_wan(value)} 万元"
    if key == "source" and ":" in str(value):
        return f"{name}：{subject_words(str(value))}"
    if key == "change":
        return f"{name}：{'新增' if value == 'new' else VALUES.get(str(value), value)}"
    return f"{name}：{grades.get(str(value)) or VALUES.get(str(value), value)}"


def subject_words(subject: str) -> str:
    """Return a record in words, as 绩效目标 23 号; what has no words as it is sealed."""
    label, _, pk = subject.partition(":")
    word = SUBJECTS.get(label)
    return f"{word} {pk} 号" if word and pk else word or subject


def words_of(cycles: list[Cycle]) -> Mapping[str, str]:
    """Return what each action is called: the steps of the tables frozen for these years, and the rest."""
    found = {
        f"{workflow.key}.{step.action}": step.label
        for cycle in cycles
        for workflow in policy_for(cycle).workflows.values()
        for step in workflow.steps
    }
    return ACTION_WORDS | found


def told(action: str, words: Mapping[str, str]) -> str:
    """Return an action in words with what it is about: 绩效目标 · 提交审核."""
    group = GROUPS.get(action.partition(".")[0], "")
    word = words.get(action, action)
    return f"{group} · {word}" if group else word
