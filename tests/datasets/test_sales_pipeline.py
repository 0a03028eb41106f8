from pathlib import Path

import numpy as np
import pandas as pd

from crmkit.datasets import SimulatedCompany, Truth, sales_pipeline, simulate_company, write_sales_pipeline

HEADER = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"


def test_the_file_has_the_shape_of_the_original_and_reads_back_as_the_frame(small: SimulatedCompany, tmp_path: Path):
    path = tmp_path / "sales_pipeline.csv"
    write_sales_pipeline(small, path)
    text = path.read_bytes().decode()
    assert text.startswith(HEADER + "\r\n")
    assert text.count("\r\n") == text.count("\n") == len(small.deals) + 1
    read = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert read.astype(object).equals(sales_pipeline(small).astype(object))


def test_the_same_seed_gives_the_same_bytes(small: SimulatedCompany, tmp_path: Path):
    for name in ("a.csv", "b.csv"):
        write_sales_pipeline(simulate_company(7, customers=300), tmp_path / name)
    write_sales_pipeline(simulate_company(8, customers=300), tmp_path / "c.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes() != (tmp_path / "c.csv").read_bytes()


def test_it_has_the_gaps_of_the_original(large: SimulatedCompany):
    frame = sales_pipeline(large)
    empty = (frame == "").groupby(frame["deal_stage"]).mean()
    assert set(empty.index) == {"Prospecting", "Engaging", "Won", "Lost"}
    assert empty["engage_date"].to_dict() == {"Prospecting": 1, "Engaging": 0, "Won": 0, "Lost": 0}
    for name in ("close_date", "close_value"):
        assert empty[name].to_dict() == {"Prospecting": 1, "Engaging": 1, "Won": 0, "Lost": 0}
    assert abs((frame["account"] == "").mean() - 0.16) < 0.02
    for name in ("opportunity_id", "sales_agent", "product", "deal_stage"):
        assert (frame[name] != "").all()
    assert (frame["close_value"][frame["deal_stage"] == "Lost"] == "0").all()
    assert frame["close_value"][frame["deal_stage"] == "Won"].str.fullmatch("[1-9][0-9]*").all()


def test_its_values_are_those_of_the_deals(small: SimulatedCompany):
    frame, deals = sales_pipeline(small), small.deals
    won = (deals["status"] == "won").to_numpy()
    assert (frame["deal_stage"] == "Won").to_numpy().tolist() == won.tolist()
    assert frame["close_value"][won].astype(float).tolist() == deals["amount"][won].tolist()
    assert frame["close_date"][won].tolist() == deals["closed_at"][won].dt.strftime("%Y-%m-%d").tolist()
    assert frame["engage_date"][won].tolist() == deals["created_at"][won].dt.strftime("%Y-%m-%d").tolist()
    assert np.array_equal(frame["account"] == "", deals["company_id"].isna())
    assert frame["sales_agent"].isin(small.users["name"]).all()


def test_numbers_of_opportunities_are_eight_signs_and_stand_once(large: SimulatedCompany):
    numbers = sales_pipeline(large)["opportunity_id"]
    assert numbers.str.fullmatch("[0-9A-Z]{8}").all()
    assert numbers.is_unique


def test_without_deals_there_is_only_the_header(tmp_path: Path):
    write_sales_pipeline(simulate_company(1, customers=5, truth=Truth(deal_rate=0, lead_rate=0)), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().decode() == HEADER + "\r\n"
