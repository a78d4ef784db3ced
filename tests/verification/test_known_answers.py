from verification.engine import known_answers

FEW = ["--points", "40", "--blocks", "200"]


def test_few_points_and_draws_meet_their_known_answers(capsys):
    assert known_answers.main(FEW) == 0
    assert "WRONG" not in capsys.readouterr().out
