"""Why a file of hours as a whole is not taken."""

from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_

FILE_REFUSED = {
    "empty": N_("文件是空的，请重新选择。"),
    "encrypted": N_("文件设了打开密码。请取消密码后另存，再上传。"),
    "old-format": N_("这是旧版 .xls 文件。请另存为 .xlsx 后再上传。"),
    "macros": N_("文件带有宏。请另存为不带宏的 .xlsx 后再上传。"),
    "zip-bomb": N_("文件解压后过大或部件过多，没有读取。请用模板重新填写。"),
    "damaged": N_("文件已损坏，无法读取。请重新保存后再上传。"),
    "not-a-workbook": N_("这不是 Excel 工作簿。请上传 .xlsx 或 .csv 文件。"),
    "not-a-table": N_("读不出表格。请上传 .xlsx 或 .csv 文件。"),
    "wrong-sheet": N_("没有名为“学时”的工作表。请使用模板，不要改工作表的名称。"),
    "merged-cells": N_("{detail} 是合并单元格。请取消合并，每行都填完整。"),
    "too-many-rows": N_("行数超过一次导入的上限。请分成几个文件。"),
    "too-many-columns": N_("列数过多。请使用模板。"),
    "encoding": N_("文字编码无法识别。请存为 UTF-8 或 GB 18030。"),
    "too-much": N_("读取文件所需的时间或内存超过限度，没有读取。请用模板重新填写。"),
    "too-large": N_("文件超过大小上限。请分成几个文件。"),
    "missing-column": N_("缺少“{detail}”一列。请使用模板，第一行须是列名。"),
    "no-rows": N_("没有可以导入的行。"),
}


class FileRefused(RuleNotMet):
    """The whole file cannot be read; `facts` has the code."""

    def __init__(self, why: str, detail: str = "") -> None:
        message = FILE_REFUSED[why]
        facts = {"detail": detail} if detail else {}
        super().__init__(message, errors=[FieldError("file", why, message, facts)], **facts)
