"""Tables of worked cases in words of their own, and what is said of a wrong one."""

import pytest

from credentials.rules import cases
from credentials.rules.case_columns import Columns
from credentials.rules.cases import CasesRefused, Difference
from tests.credentials.rules.drafts import YES_NO, clause, number, shaped
from tests.credentials.rules.policies import COLUMNS, EDITIONS

POINTS = """\
case_id,rule_version,purpose,age,education,title_skill,title_ok,title_gate_months_ge_1x_last12,\
si_months_regular,si_months_backpaid,base_history_recent_first,base_months_ge0.8_last48,\
base_months_ge1.0_last48,base_months_ge2.0_last48,base_months_eq3.0_last36,base_evidence_ok,\
special_talent,special_months,special_institution_filed,startup_share_pct,scarce_major,\
scarce_major_post_match,invest_avg_annual_tax_wan,invest_avg_local_employees,\
public_service_years,suburb_area,suburb_years,fresh_graduate,award,\
spouse_sh_hukou_marriage_years,false_material_3y,detention_5y,crime_5y,serious_crime,p_age,\
p_education,p_edu_title_counted,p_special,p_base,p_spouse,total,veto,reaches_120
short,SH-JF-2018,,43,college,none,N,0,48,9,9947/12434x36|0.7x12,,,,,Y,none,0,N,0,N,N,0,0,0,none,\
0,N,none,0.9,0,0,0,N,30,50,50,0,0,0,92,N,N
passes,SH-JF-2018,,43,college,none,N,0,48,9,9948/12434x36|0.7x12,,,,,Y,none,0,N,0,N,N,0,0,0,none,\
0,N,none,1,0,0,0,N,30,50,50,0,25,4,121,N,Y
counted,SH-JF-2018,,43,college,none,N,0,48,9,,36,36,35,0,Y,none,0,N,0,N,N,0,0,0,none,\
0,N,none,0,0,0,0,N,30,50,50,0,50,0,142,N,Y
manager,SH-JF-2018,,45,none,none,N,0,12,0,0.7x12,0,0,0,0,Y,intermediary,6,Y,0,N,N,0,0,0,none,\
0,N,none,0,0,0,0,N,27,0,0,120,0,0,150,N,Y
founder,SH-JF-2018,,45,none,none,N,0,12,0,0.7x12,0,0,0,0,Y,startup,6,Y,5,N,N,0,0,0,none,\
0,N,none,0,0,0,0,N,27,0,0,120,0,0,150,N,Y
vetoed,SH-JF-2018,,45,none,none,N,0,12,0,0.7x12,0,0,0,0,Y,startup,6,Y,5,N,N,0,0,0,none,\
0,N,none,0,0,0,0,Y,27,0,0,120,0,0,150,Y,N
trial,SH-JF-2013,,43,college,none,N,0,48,0,1.0x36,,,,,Y,none,0,N,0,N,N,130,0,0,none,\
0,N,none,0,0,0,0,N,30,50,50,,50,0,242,,
"""
LADDER = """\
case_id,months_at_filed_institution,turnover_3y_wan,parties_one_side,parties_other_side,\
parties_unaffiliated,performance_pct,first_completer,best,note
a,6,0,0,0,Y,0,N,points_120,
b,12,999.99,3,3,Y,70,Y,points_120,
c,12,1000,3,3,Y,69.9,Y,points_120,
d,24,5000,5,5,Y,70,Y,direct,
"""
PERMIT = """\
case_id,table_version,annual_salary_wan,education_or_skill,experience_years,\
months_per_year_in_china,chinese,work_region,age,elite_background,local_bonus_requested,\
direct_route_claimed,salary_multiple_of_city_average,p_education,p_chinese,p_elite,p_age,p_local,\
total,class_by_points,final_class
a,provisional-2017-04,35,master,6,12,hsk5,none,33,top_university+fortune500+patent,0,none,,\
15,5,5,15,0,81,B,B
b,provisional-2017-04,59.7,none,5,12,none,none,52,none,0,salary_4x,4.001,0,0,0,10,0,53,none,B
c,provisional-2017-04,25,skill_senior_worker,4,9,hsk3,none,50,none,12,none,,10,3,0,10,10,69,B,B
d,trial-2016-10,35,bachelor,4,9,hsk3,none,40,none,0,none,,10,6,0,15,0,70,B,B
"""


@pytest.mark.parametrize(
    ("name", "text", "many"),
    [
        ("residence-points", POINTS, 7),
        ("technology-manager-ladder", LADDER, 4),
        ("work-permit-points", PERMIT, 4),
    ],
)
def test_tables_in_the_columns_of_officials(name: str, text: str, many: int) -> None:
    report = cases.check(EDITIONS[name], cases.read("\ufeff" + text), COLUMNS[name])
    assert report.differences == ()
    assert (report.cases, report.passed) == (many, many)


def test_a_wrong_expectation_is_told_with_what_came_out() -> None:
    text = LADDER.replace("70,Y,direct", "70,Y,permit_3y")
    name = "technology-manager-ladder"
    report = cases.check(EDITIONS[name], cases.read(text), COLUMNS[name])
    edition = EDITIONS[name][-1].edition
    assert report.differences == (Difference("d", "best", "permit_3y", "direct", edition),)
    assert (report.cases, report.passed) == (4, 3)


DRAFT = shaped(
    {"months": number(most=100), "flag": YES_NO},
    [
        clause("points", fact="months", per={"each": 12, "points": 3}),
        clause("flagged", fact="flag", **{"is": 1}),
        clause("enough", reach={"clause": "points", "points": 6}),
        clause("both", all=["enough", "flagged"]),
    ],
    verdict="both",
    score="points",
)


def got(text: str) -> list[tuple[str, str, str, str]]:
    differences = cases.check([DRAFT], cases.read(text)).differences
    return [(each.case_id, each.column, each.expected, each.got) for each in differences]


def test_an_empty_cell_is_missing_evidence_and_an_empty_expectation_is_none() -> None:
    text = "case_id,months,flag,p_points,enough,verdict,proven,possible,said\n"
    assert got(text + "a,24,Y,6,Y,yes,6,6,points=24 months\n") == []
    assert got(text + "b,24,,6,yes,unknown,,,\n") == []
    assert got(text + "c,,1,0..24,unknown,unknown,0,24,\n") == []
    assert got(text + "d,23,no,,,no,,,\n") == []
    assert got(text + "e,23,no,6,,,,,\n") == [("e", "p_points", "6", "3")]


def test_a_row_that_is_like_another_shares_its_facts_and_not_what_it_expects() -> None:
    text = "case_id,like,months,flag,verdict,p_points\na,,24,1,yes,6\n"
    assert got(text + "b,a,23,,no,\n") == []
    assert got(text + "c,a,,?,unknown,\n") == []
    assert got(text + "d,a,,,no,\n") == [("d", "verdict", "no", "yes")]


@pytest.mark.parametrize("cell", ["-1", "101", "many", "12/0"])
def test_a_cell_that_cannot_be_meant_is_told_and_the_rest_goes_on(cell: str) -> None:
    text = f"case_id,months,flag,verdict\na,{cell},1,yes\nb,23,1,yes\n"
    assert got(text) == [("a", "months", cell, "refused"), ("b", "verdict", "yes", "no")]


def test_parts_of_a_unit_are_not_counted() -> None:
    assert got("case_id,months,flag,p_points\na,23.9,1,3\n") == []


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("case_id,month,flag,verdict\na,1,1,yes\n", "month"),
        ("case_id,months,p_enough,p_bonus\na,1,,\n", "p_bonus"),
        ("case_id,edition,months\na,2001-01-01,1\n", "edition"),
    ],
)
def test_columns_and_editions_nobody_knows_are_refused(text: str, field: str) -> None:
    with pytest.raises(CasesRefused) as refused:
        cases.check([DRAFT], cases.read(text))
    assert [error.field for error in refused.value.errors] == [field]


def test_columns_may_be_declared_ignored() -> None:
    table = cases.read("case_id,months,flag,remark,verdict\na,24,1,x,yes\n")
    columns = Columns.model_validate({"ignored": {"remark": "for the reader"}})
    assert cases.check([DRAFT], table, columns).differences == ()
