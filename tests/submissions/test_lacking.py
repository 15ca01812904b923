"""What of a published change a text lacks, token by token."""

import pytest

from kbctl.submissions.lacking import lacking


@pytest.mark.parametrize(
    ("old", "published", "own"),
    [
        ("当场领卡。", "当场领卡，约20分钟。", "当场领卡，约20分钟，不用预约。"),
        ("当场领卡。", "当场领卡，约20分钟。", "在网点当场领卡，约20分钟（高峰除外），不用预约。"),
        ("工本费10元。", "工本费15元，立等可取。", "工本费15元（含邮费），立等可取。"),
        ("收费", "不收费", "办理不收费"),
        ("需预约，带身份证", "带身份证", "带身份证和户口本"),
        ("一\n二", "一\n新的一行\n二", "零\n一\n新的一行，我又加了几个字\n二"),
        ("一\n二\n三", "一\n三", "一\n三\n四"),
        ("手续费10元", "手续费15元", "手续费15元\n手续费以网点公告为准"),
    ],
)
def test_a_text_that_holds_the_change_and_goes_on(old: str, published: str, own: str) -> None:
    assert lacking(old, published, own) == ()


@pytest.mark.parametrize(
    ("old", "published", "own"),
    [
        ("当场领卡。", "当场领卡，约20分钟。", "当场领卡，不用预约。"),
        ("工本费10元。", "工本费15元。", "工本费10元（含邮费）。"),
        ("工本费10元。", "工本费15元。", "工本费10元。手续费15元。"),
        ("收费", "不收费", "不用预约，收费"),
        ("不收费", "收费", "不收费，办理快"),
        ("需预约，带身份证", "带身份证", "需预约，带身份证和户口本"),
        ("一\n二", "一\n新的一行\n二", "一\n二\n三"),
        ("一\n二\n三", "一\n三", "一\n二\n三\n四"),
        ("一\n二", "一\n|-|-|\n二\n|-|-|", "一\n|-|-|\n二"),
        ("金额200000元", "金额300000元", "金额200000元，起点300000元"),
    ],
)
def test_a_text_that_would_undo_it(old: str, published: str, own: str) -> None:
    assert lacking(old, published, own)
