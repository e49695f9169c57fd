"""The bank of a synthetic practice: which deposit pays which remittance, and what goes wrong there.

Most money comes with its trace number. Some comes without it, some remittances of a payer and day
come as one sum, checks come by lockbox, a deposit is lower than announced, another never comes,
a payer pays without a remittance or takes money back, and the account has money of other people.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from random import Random

import msgspec

from edi_engine.synthetic.bank_text import BankMovement, bai2_text
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.truth import DepositTruth, RemittanceKey, RemittanceTruth

__all__ = ["BankLayout", "lay_out_deposits"]

_BUNDLED_DAYS = 4
"""One in so many days on which a payer pays two remittances or more."""
_UNTRACED = 9
"""One in so many single electronic payments comes without addenda."""
_TROUBLED = 40
"""One in so many traced payments is lower than announced; as many never come."""
_CLEARING_DAYS = (1, 3)
"""Days until a check is at the bank."""
_OUTLOOK_DAYS = 10
"""Statements go on so long after the last payment."""
_LOCKBOX = "115"
_OTHER_CREDIT = "275"
_OTHER_COMPANY = ("1980000077", "SAMPLE CARD SERVICE")


class BankLayout(msgspec.Struct, frozen=True):
    """The statements in order, and the truth of every deposit in them."""

    files: tuple[tuple[str, bytes], ...]
    deposits: tuple[DepositTruth, ...]


def lay_out_deposits(
    remittances: Iterable[RemittanceTruth],
    payers: Iterable[PayerProfile],
    random: Random,
    *,
    own_npis: Collection[str],
) -> BankLayout:
    """A statement a day on which money moved, and one at each end; remittances of another
    practice are paid into its own account."""
    ours = [one for one in remittances if one.payee_npi in own_npis and one.payment_cents > 0]
    account = _Account(random, {payer.payer_id: payer for payer in payers})
    if ours:
        account.receive(ours)
        account.add_strangers()
    return BankLayout(account.statements(), tuple(account.deposits))


class _Account:
    """Collects movements and what is true of them."""

    def __init__(self, random: Random, payers: dict[str, PayerProfile]) -> None:
        self.random = random
        self.payers = payers
        self.movements: list[BankMovement] = []
        self.deposits: list[DepositTruth] = []

    def receive(self, remittances: Sequence[RemittanceTruth]) -> None:
        """Every remittance's money, but for what is lost."""
        singles: list[RemittanceTruth] = []
        ordered = sorted(remittances, key=lambda one: (one.payer_id, one.paid_on, _key(one)))
        for _, found in groupby(ordered, key=lambda one: (one.payer_id, one.paid_on)):
            together = list(found)
            if (
                self._is_electronic(together[0])
                and len(together) > 1
                and not self.random.randrange(_BUNDLED_DAYS)
            ):
                self._bundle(together)
            else:
                singles += together
        electronic = [one for one in singles if self._is_electronic(one)]
        troubled = self.random.sample(electronic, 2 * _share_of(electronic))
        short = {_key(one) for one in troubled[::2]}
        lost = {_key(one) for one in troubled[1::2]}
        for one in singles:
            if _key(one) in lost:
                continue
            if not self._is_electronic(one):
                self._check(one)
            elif _key(one) in short:
                less_cents = self.random.randrange(1, one.payment_cents)
                self._pay(one, "short", cents=one.payment_cents - less_cents)
            elif not self.random.randrange(_UNTRACED):
                self._pay(one, "untraced", trace="")
            else:
                self._pay(one, "paid")

    def _is_electronic(self, one: RemittanceTruth) -> bool:
        return self.payers[one.payer_id].method == "ACH"

    def _pay(
        self, one: RemittanceTruth, kind: str, *, cents: int | None = None, trace: str | None = None
    ) -> None:
        self._move(
            kind,
            one.paid_on,
            one.payment_cents if cents is None else cents,
            self.payers[one.payer_id],
            trace=one.trace_number if trace is None else trace,
            pays=[one],
        )

    def _bundle(self, together: Sequence[RemittanceTruth]) -> None:
        """One sum for all that a payer pays on a day, without a word on what it is."""
        cents = sum(one.payment_cents for one in together)
        payer = self.payers[together[0].payer_id]
        self._move("bundle", together[0].paid_on, cents, payer, pays=together)

    def _check(self, one: RemittanceTruth) -> None:
        """A check, known to the bank by its number alone."""
        day = _business_day(one.paid_on + timedelta(days=self.random.randint(*_CLEARING_DAYS)))
        movement = BankMovement(
            day,
            one.payment_cents,
            reference=self._reference(),
            customer_reference=one.trace_number,
            type_code=_LOCKBOX,
            text="LOCKBOX",
        )
        self._add("check", movement, [one])

    def add_strangers(self) -> None:
        """Money that no remittance explains, and money that leaves again."""
        came = [one for one in self.movements if one.company_id]
        for one in self.random.sample(came, _share_of(came)):
            day = _business_day(one.received_on + timedelta(days=self.random.randint(3, 20)))
            payer = next(
                each for each in self.payers.values() if each.originator_id == one.company_id
            )
            taken_cents = self.random.randint(1, one.cents)
            self._move("taken_back", day, -taken_cents, payer)
            told = f"{payer.originator_id[-3:]}{day:%y%m%d}9{self.random.randrange(10_000):04d}"
            self._move("unannounced", day, self.random.randint(1_00, 900_00), payer, trace=told)
        days = sorted({one.received_on for one in self.movements})
        for day in days[::3]:
            company_id, name = _OTHER_COMPANY
            cents = self.random.randint(20_00, 400_00)
            self._add(
                "other",
                BankMovement(
                    day,
                    cents,
                    company_id,
                    name,
                    reference=self._reference(),
                    type_code=_OTHER_CREDIT,
                    text="CARD SETTLEMENT",
                ),
                (),
            )

    def _move(
        self,
        kind: str,
        day: date,
        cents: int,
        payer: PayerProfile,
        *,
        trace: str = "",
        pays: Sequence[RemittanceTruth] = (),
    ) -> None:
        """Electronic money of a payer."""
        movement = BankMovement(
            day, cents, payer.originator_id, payer.name, trace, self._reference()
        )
        self._add(kind, movement, pays)

    def _add(self, kind: str, movement: BankMovement, pays: Sequence[RemittanceTruth]) -> None:
        self.movements.append(movement)
        self.deposits.append(
            DepositTruth(
                movement.reference,
                movement.received_on,
                movement.cents,
                kind,
                tuple(sorted(_key(one) for one in pays)),
            )
        )

    def _reference(self) -> str:
        return f"BANK{len(self.movements) + 1:06d}"

    def statements(self) -> tuple[tuple[str, bytes], ...]:
        """A file a day, in order; the first is of the day before any money moved."""
        by_day: dict[date, list[BankMovement]] = {}
        for one in self.movements:
            by_day.setdefault(one.received_on, []).append(one)
        if by_day:
            by_day.setdefault(min(by_day) - timedelta(days=1), [])
            by_day.setdefault(max(by_day) + timedelta(days=_OUTLOOK_DAYS), [])
        return tuple(
            (f"{day:%Y%m%d}_statement.bai", bai2_text(by_day[day], as_of=day))
            for day in sorted(by_day)
        )


def _key(one: RemittanceTruth) -> RemittanceKey:
    return RemittanceKey(one.file_name, one.set_control_number)


def _share_of(some: Sequence[object]) -> int:
    """How many of some have a trouble: at least one where there are enough to tell."""
    return max(len(some) // _TROUBLED, int(len(some) >= 4))


def _business_day(day: date) -> date:
    """That day, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)
