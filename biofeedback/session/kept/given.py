"""A session that was begun with the wrong person, given to the right one."""

from biofeedback.session.kept.archive import excluded_of, result_document, score_without
from biofeedback.session.summary import NOT_SCORED
from biofeedback.session.summing import SUMMARY_VERSION
from biofeedback.storage.database import Store
from biofeedback.storage.records import StoredResult


def give(store: Store, session_id: str, person: str, now_utc: str) -> str:
    """Give a session to whose it is, with what was written of it; figures that rest on earlier sessions are made anew.

    What was known of the wrong person is left out of them: their usual rest, the rates they were found to breathe at,
    what they have been told, their ladder. The figures of before stay beside.

    Parameters
    ----------
    store : Store
    session_id, person : str
        The empty name is that of whoever is at home.
    now_utc : str

    Returns
    -------
    str
        Whose it was.

    Raises
    ------
    StoreError
        If there is no such session or nobody of that name, if it is theirs already, or is being recorded.
    """
    before = store.people.hand_over(session_id, person)
    kept = result_document(store, session_id)
    if kept and rests_on_earlier(store.session(session_id).began.settings):
        document = score_without(store, session_id, excluded_of(kept)).as_json()
        if document["advice"] != NOT_SCORED:
            n_before = len(store.results(session_id))
            store.add_result(session_id, StoredResult(now_utc, SUMMARY_VERSION, document), n_before)
    return before


def rests_on_earlier(settings: dict[str, object]) -> bool:
    """Whether something that was known of a person before their session stands among its settings."""
    earlier = settings.get("earlier")
    return bool(settings.get("activity")) or (isinstance(earlier, dict) and any(earlier.values()))
