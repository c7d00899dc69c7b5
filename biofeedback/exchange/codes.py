"""A code in place of a name, for what is seen by others: the same each time, and no way from it to the name."""

import hmac

from biofeedback.exchange.signing import SigningKey
from biofeedback.storage.database import Store
from biofeedback.storage.protection.keys import ALPHABET

N_SIGNS = 8


def code_of(store: Store, key: SigningKey, person: str) -> str:
    """The code of a person, such as ``K3F92M7Q``; it stays where they are given another name.

    Raises
    ------
    StoreError
        If there is nobody of that name.
    """
    made = hmac.digest(key.seed, f"code {store.people.number(person)}".encode(), "sha256")
    number = int.from_bytes(made)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(N_SIGNS))
