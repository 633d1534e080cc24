"""The actions of the chain in plain words: steps by the tables of the place, everything else by name."""

from collections.abc import Mapping

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for

GROUPS = {
    "appraisal": "事前评估",
    "goals": "绩效目标",
    "monitoring": "运行监控",
    "self_evaluation": "绩效自评",
    "evaluation": "绩效评价",
    "decision": "结果应用",
    "rectification": "整改",
    "assessment": "部门考核",
    "disclosure": "公开",
    "subject": "项目库",
    "ledger": "资金台账",
    "indicators": "指标库",
    "evaluator": "专家与机构",
    "cycle": "年度与日历",
    "policy": "制度",
    "exchange": "清单导入",
    "file": "附件",
    "organisation": "单位",
    "appointment": "任职",
    "user": "用户",
}
"""What the part of an action before its dot is about."""

WORDS = {
    "appraisal.answer": "登记须完善事项的完成情况",
    "appraisal.conclusion": "作出评估结论",
    "appraisal.describe": "填写评估说明",
    "appraisal.meet": "确认须完善事项完成",
    "appraisal.score": "评分",
    "appraisal.start": "发起事前评估",
    "appraisal.veto": "认定否决事项",
    "appointment.create": "任职",
    "appointment.end": "结束任职",
    "assessment.compute": "计算考核得分",
    "assessment.confirm": "确认考核结果",
    "assessment.fact": "登记外部事实",
    "assessment.withdraw": "撤销外部事实",
    "cycle.extend": "延长期限",
    "cycle.open": "开启预算年度",
    "decision.apply": "核减写入台账",
    "disclosure.publish": "公开",
    "disclosure.withdraw": "撤回公开",
    "evaluation.answer": "答复意见",
    "evaluation.draw": "随机抽取",
    "evaluation.order": "安排评价",
    "evaluation.report": "撰写评价报告",
    "evaluation.score": "评价评分",
    "evaluator.enter": "专家或机构入库",
    "evaluator.leave": "专家或机构退出",
    "exchange.drop": "放弃导入",
    "exchange.import": "导入清单",
    "exchange.undo": "撤销导入",
    "exchange.upload": "上传清单",
    "file.attach": "上传附件",
    "file.withdraw": "撤回附件",
    "goals.adjust": "申请调整目标",
    "goals.adjusting": "调整中",
    "goals.drop": "放弃调整",
    "goals.replaced": "被新版本替代",
    "goals.return_rows": "退回指标",
    "goals.review": "审核评分",
    "goals.save_content": "填写目标和指标",
    "goals.save_money": "填写资金",
    "goals.start": "开始填报",
    "indicators.add": "新增指标",
    "indicators.change": "修改指标",
    "indicators.load": "装入指标库",
    "indicators.restore": "恢复指标",
    "indicators.retire": "停用指标",
    "ledger.book": "登记预算",
    "ledger.post": "登记台账",
    "ledger.reverse": "冲销台账",
    "ledger.undo": "撤销台账",
    "monitoring.cover": "补建监控表",
    "monitoring.follow_up": "填写措施落实情况",
    "monitoring.open": "开启监控点",
    "monitoring.readings": "填写完成情况",
    "monitoring.refresh": "按台账更新",
    "monitoring.urge": "催报",
    "organisation.create": "设立单位",
    "organisation.remove": "撤销单位",
    "policy.confirm": "确认暂定值",
    "policy.freeze": "固化制度",
    "rectification.extend": "延长整改时限",
    "rectification.issue": "下达整改",
    "rectification.save": "保存整改情况",
    "self_evaluation.follow_goal": "按调整后的目标更新",
    "self_evaluation.money": "填写执行情况说明",
    "self_evaluation.results": "填写完成情况",
    "self_evaluation.start": "开始自评",
    "self_evaluation.take_back": "撤回佐证",
    "subject.library": "办理入库",
    "subject.register": "登记项目",
    "subject.standing": "留下处理意见",
    "subject.unregister": "撤销登记",
    "user.new_password": "重设口令",
    "user.password": "修改口令",
}


def words_of(cycles: list[Cycle]) -> Mapping[str, str]:
    """Return what each action is called: the steps of the tables frozen for these years, and the rest."""
    found = {
        f"{workflow.key}.{step.action}": step.label
        for cycle in cycles
        for workflow in policy_for(cycle).workflows.values()
        for step in workflow.steps
    }
    return WORDS | found


def told(action: str, words: Mapping[str, str]) -> str:
    """Return an action in words with what it is about: 绩效目标 · 提交审核."""
    group = GROUPS.get(action.partition(".")[0], "")
    word = words.get(action, action)
    return f"{group} · {word}" if group else word
