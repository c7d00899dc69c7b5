"""From where on calm is rewarded: a mark that moves to the person, between blocks and never within one.

Easy feedback is the aim: 60 to 70 % of the time rewarded (science C6, a convention of practice). A mark that rises only
because somebody does well would ask for ever more effort, so it rises no further than to where staying as they have
been keeps the reward.
"""

from collections import deque

BLOCK_S = 60.0
EASY_SHARE, HARD_SHARE = 0.7, 0.6
"""Rewarded for more than this in two blocks, the mark rises; for less than that in one, it falls.

Science C6 has 0.8 and 0.5; with these the share of simulated people stays nearer to 60 to 70 %.
"""
STEP_SD, LIMIT_SD = 0.25, 1.5
HELD_SHARE = 0.45
"""The mark rises at most to where 55 % of the last two blocks lie above it; the slack makes that two thirds."""
DWELL_S, SLACK_SD = 3.0, 0.2
"""So long above the mark to be rewarded; so long below it by the slack to lose it (science C6)."""
N_SCORED_MIN = 20
"""A block of fewer scored beats tells nothing."""


class MovingMark:
    """The mark of one session, in standard deviations of the person's own rest.

    Parameters
    ----------
    start_sd : float
    mean_sd : float
        The person's usual calm; the mark stays within 1.5 of it.
    """

    def __init__(self, start_sd: float, mean_sd: float = 0.0) -> None:
        self._lowest, self._highest = mean_sd - LIMIT_SD, mean_sd + LIMIT_SD
        self.value_sd = min(self._highest, max(self._lowest, start_sd))
        self.reached = False
        self._since_s: float | None = None
        self._block_s: float | None = None
        self._block: list[tuple[float, bool]] = []
        self._before: deque[list[tuple[float, bool]]] = deque(maxlen=2)

    def take(self, at_s: float, calm_sd: float) -> bool:
        """Take the calm at a second of the session.

        Returns
        -------
        bool
            Whether it is rewarded now.
        """
        if self._block_s is None:
            self._block_s = at_s
        if at_s - self._block_s >= BLOCK_S:
            self._turn()
            self._block_s = at_s
        self._dwell(at_s, calm_sd)
        self._block.append((calm_sd, self.reached))
        return self.reached

    def _dwell(self, at_s: float, calm_sd: float) -> None:
        """Neither given nor taken by a moment's wavering."""
        turning = calm_sd < self.value_sd - SLACK_SD if self.reached else calm_sd > self.value_sd
        if not turning:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = at_s
        elif at_s - self._since_s >= DWELL_S:
            self.reached, self._since_s = not self.reached, None

    def _turn(self) -> None:
        """A block is over: move the mark, or leave it."""
        block, self._block = self._block, []
        if len(block) < N_SCORED_MIN:
            return
        self._before.append(block)
        if _share(block) < HARD_SHARE:
            self._move_to(self.value_sd - STEP_SD)
        elif len(self._before) == 2 and all(_share(each) > EASY_SHARE for each in self._before):
            lived = sorted(calm_sd for each in self._before for calm_sd, _ in each)
            held_sd = lived[int(HELD_SHARE * (len(lived) - 1))]
            if held_sd > self.value_sd:
                self._move_to(min(held_sd, self.value_sd + STEP_SD))

    def _move_to(self, value_sd: float) -> None:
        self.value_sd = min(self._highest, max(self._lowest, value_sd))
        self._before.clear()


def _share(block: list[tuple[float, bool]]) -> float:
    return sum(reached for _, reached in block) / len(block)
