"""A slice of `python -m verification.model.quadrature`: expected campaigns against drawn ones."""

from verification.model.quadrature import Effort, judge, multiplied, random_setting

EFFORT = Effort(campaigns=2, futures=1000)


def test_means_agree_with_drawn_campaigns_of_many():
    setting = multiplied(random_setting(1, 0), 10)

    assert judge(setting, EFFORT).gaps().max() <= 1.0
