"""Local news: residents read it; the municipality gets little credit for successes and much blame for failures."""

from __future__ import annotations

from model.engine.chance import PUBLIC, draw, join
from model.engine.loops import loop
from model.rules import credit_or_blame
from model.state.experiences import FELT_BAD_NEWS, FELT_GOOD_NEWS, MUNICIPALITY, READ_BAD_NEWS, READ_GOOD_NEWS, USUAL, tell


@loop
def spread_news(
    keys, par, news_count, news_name, news_good, news_about, resident_count, resident_name, event_count, event_what, event_size,
):  # fmt: skip
    """Some residents read each news item of the week, and hold the municipality responsible."""
    p = par[0]
    for n in range(news_count[0]):
        kind = READ_GOOD_NEWS if news_good[n] == 1 else READ_BAD_NEWS
        value = FELT_GOOD_NEWS if news_good[n] == 1 else FELT_BAD_NEWS
        weight = credit_or_blame(value, p.credit, p.blame)
        for i in range(resident_count[0]):
            if draw(keys[PUBLIC], join(news_name[n], resident_name[i])) < p.readers:
                tell(event_count, event_what, event_size, kind, i, MUNICIPALITY, news_about[n], value, USUAL, weight)
    news_count[0] = 0
