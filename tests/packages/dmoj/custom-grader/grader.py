from dmoj.graders.interactive import InteractiveGrader
from dmoj.result import CheckerResult


class Grader(InteractiveGrader):
    def interact(self, case, interactor):
        number = int(case.input_data())
        assert case.position in (0, 1)
        for turn in range(1, 1001):
            guess = interactor.readint(1, 1000)
            if guess == 999:
                raise KeyError("the grader is broken")
            if guess == number:
                interactor.writeln("OK")
                return turn <= 10 or CheckerResult(turn <= 20, case.points / 2, "slow")
            interactor.writeln("FLOATS" if guess > number else "SINKS")
        return False
