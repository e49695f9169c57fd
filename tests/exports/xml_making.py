"""Records in memory as exported XML."""

from collections.abc import Iterable

from edi_engine.exports.xml_claims import ClaimsXml
from edi_engine.exports.xml_remittances import RemittancesXml
from edi_engine.records.claims import Claim
from edi_engine.records.remittances import RemittanceSet


def claims_xml(claims: Iterable[Claim]) -> str:
    xml = ClaimsXml()
    xml.start()
    for claim_id, claim in enumerate(claims, 1):
        xml.add_claim(claim, claim_id)
    xml.end()
    return xml.take()


def remittances_xml(sets: Iterable[RemittanceSet], *, held: str = "") -> str:
    xml = RemittancesXml()
    xml.start()
    for remittance_id, whole in enumerate(sets, 1):
        xml.start_remittance(whole.remittance, remittance_id=remittance_id, held=held)
        parts = [
            *((xml.add_claim_payment, one) for one in whole.claim_payments),
            *((xml.add_provider_summary, one) for one in whole.provider_summaries),
            *((xml.add_provider_adjustment, one) for one in whole.provider_adjustments),
        ]
        for add, part in parts:
            add(part)  # type: ignore[operator]
        xml.end_remittance()
    xml.end()
    return xml.take()
