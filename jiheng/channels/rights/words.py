"""Records and addresses in plain words."""

KINDS: dict[str, tuple[str, str | None]] = {
    "accounts.Appointment": ("任职", "organisation"),
    "accounts.BodyChange": ("机构变动", None),
    "accounts.Organisation": ("单位", ""),
    "accounts.User": ("人员", None),
    "appraisal.Appraisal": ("事前评估", "subject_year"),
    "assessment.Assessment": ("部门考核", "department"),
    "assessment.OutsideFact": ("外部事实", "department"),
    "audit.Entry": ("审计链条目", None),
    "budgets.LedgerEntry": ("台账条目", "subject_year"),
    "cycles.Cycle": ("预算年度", None),
    "disclosure.Publication": ("公开内容", None),
    "evaluation.Draw": ("抽取记录", None),
    "evaluation.Evaluation": ("评价", "subject_year"),
    "evaluation.EvaluatorDraw": ("第三方抽取", "subject_year"),
    "evaluation.Finding": ("评价发现的问题", "evaluation.subject_year"),
    "evaluation.SelfEvaluation": ("自评", "subject_year"),
    "experts.Evaluator": ("专家或机构", None),
    "files.Evidence": ("附件", None),
    "files.ImportBatch": ("导入批次", "organisation"),
    "goals.Goal": ("绩效目标", "subject_year"),
    "goals.GoalReview": ("目标审核评分", "goal.subject_year"),
    "indicators.LibraryIndicator": ("指标", None),
    "monitoring.Measure": ("纠偏措施", "report.subject_year"),
    "monitoring.MonitoringReport": ("监控表", "subject_year"),
    "monitoring.Recapture": ("收回资金", "report.subject_year"),
    "policies.Snapshot": ("固化的制度", None),
    "results.Accountability": ("责任追究", "subject_year"),
    "results.Decision": ("结果应用", "evaluation.subject_year"),
    "results.Rectification": ("整改", "unit"),
    "subjects.SubjectYear": ("项目", ""),
}
"""Each kind of record: its name, and the way to the subject's year or the body whose it is (None: nobody's own)."""

WORKFLOWS = {
    "appraisal.Appraisal": "appraisal",
    "evaluation.Evaluation": "evaluation",
    "evaluation.SelfEvaluation": "self_evaluation",
    "goals.Goal": "goals",
    "monitoring.MonitoringReport": "monitoring",
    "results.Decision": "decision",
    "results.Rectification": "rectification",
}

SCOPES = {
    "unit": "单位岗位只看本单位的记录",
    "department": "主管部门看本部门及所属单位的记录",
    "bureau": "财政局岗位看本地区全部业务记录，能办什么由岗位和环节决定",
    "reader": "财政局的评审、监督、联审岗位看本地区全部业务记录，只读，不办理",
    "outside": "第三方机构和专家只看分派给本机构的评价及其佐证",
    "overseer": "监督岗位看本地区全部业务记录，只读，不办理",
    "system": "系统、安全、审计三种管理员不看业务数据，只管各自的一摊",
}

# What an address is for, by the last part of its name; those that differ stand whole.
ACTS = {
    "act": "办理流程步骤", "adjust": "申请调整", "answer": "答复", "answers": "答复意见", "appoint": "登记任职",
    "apply": "核减写入台账", "attach": "上传附件", "autosave": "自动保存草稿", "batch": "打开", "check": "即时核对",
    "conclude": "作出结论", "condition": "登记或确认须完善事项", "confirm": "确认", "decide": "作出决定",
    "decision": "打开", "detail": "打开", "disable": "停用账号", "draw": "打开", "drop": "放弃", "edit": "修改",
    "enable": "启用账号", "end": "结束任职", "enter": "办理入库", "entry": "打开", "extend": "延长期限",
    "factor": "解除第二因素", "file": "下载原件", "fill": "填报", "follow": "填写落实情况", "form": "下载正式表格",
    "gate": "看入库条件", "issue": "下达整改", "leave": "退出库", "library": "从指标库选用", "marked": "下载标注错误的文件",
    "notice_docx": "下载通知书（Word）", "notice_pdf": "下载通知书（PDF）", "order": "安排评价", "password": "重置密码",
    "pdf": "下载 PDF", "progress": "看进度", "recheck": "复核评分", "rectification": "打开", "refresh": "按台账更新",
    "report": "撰写报告", "report_autosave": "自动保存报告", "report_docx": "下载报告（Word）", "report_file": "下载报告",
    "report_pdf": "下载报告（PDF）", "respond": "答复征求意见", "restore": "恢复", "resume": "解除登录暂停",
    "retire": "停用", "return": "退回个别指标", "reverse": "冲销", "review": "审核评分", "review_form": "下载审核评分表",
    "revise": "重提处理意见", "score": "评分", "score_autosave": "自动保存评分", "score_total": "试算得分",
    "sections": "填写说明", "snapshot": "打开", "start": "开始", "template": "下载填报模板", "undo": "撤销导入",
    "upload": "上传表格", "upload_apply": "采用上传的表格", "withdraw": "撤回", "xlsx": "下载 Excel", "download": "下载",
    "merge": "合并单位", "rename": "更名或改隶", "split": "分立单位", "change": "打开", "move": "划转",
}  # fmt: skip
WHOLE = {
    "appraisal:start": "发起事前评估", "assessment:fact_withdraw": "撤销外部事实", "evaluation:draw_population": "下载抽取总体",
    "evaluation:draw_verify": "重抽核对", "evaluation:self_act": "办理流程步骤", "evaluation:self_attach": "上传佐证",
    "evaluation:self_autosave": "自动保存草稿", "evaluation:self_detail": "打开", "evaluation:self_fill": "填报自评",
    "evaluation:self_follow": "按调整后的目标更新", "evaluation:self_form": "下载正式表格", "evaluation:self_points": "试算得分",
    "evaluation:self_recheck": "复核评分", "evaluation:self_recheck_total": "试算复核得分", "evaluation:self_start": "开始自评",
    "evaluation:self_take_back": "撤回佐证", "evaluation:self_template": "下载填报模板", "evaluation:self_upload": "上传表格",
    "evaluation:self_upload_apply": "采用上传的表格", "goals:start": "开始填报绩效目标", "results:accountability": "打开",
    "results:accountability_act": "办理流程步骤", "results:accountability_decide": "作出追责决定",
    "results:accountability_deliver": "送达", "results:accountability_docx": "下载决定书（Word）",
    "results:accountability_pdf": "下载决定书（PDF）", "results:accountability_report": "报告落实情况",
    "results:rectification_act": "验收或退回整改", "results:report": "填报整改情况",
}  # fmt: skip


def act_words(name: str) -> str:
    """Return what an address is for; "" for one that has no words yet."""
    return WHOLE.get(name) or ACTS.get(name.rpartition(":")[2], "")
