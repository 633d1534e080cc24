"""Files of many goals as people send them back."""

from io import BytesIO

from openpyxl import load_workbook


def explained(content: bytes, words: str) -> bytes:
    """The list of goals with the same explanation in every row."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == "指标解释")
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column).value = words
    out = BytesIO()
    book.save(out)
    return out.getvalue()
