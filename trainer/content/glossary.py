"""The glossary: the terms that modules link to as `[victim](term:victim)`, each with a plain English definition.

The same word for the same idea in every module. The definitions are ours, in plain words; they are no legal advice.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    english: str
    """The term, with its common variants after commas."""
    definition: str
    """One to three plain sentences."""


def N_(message: str) -> str:  # noqa: N802  gettext tools know it by this name
    """Mark a message for extraction; it is translated where it is shown."""
    return message


TERMS: dict[str, Entry] = {
    "trafficking": Entry(
        N_("trafficking in persons (TIP), human trafficking"),
        N_(
            "An act (such as recruiting or housing), done by improper means (such as deception or force), for "
            "the purpose of exploiting the person. For a child, act and purpose are enough."
        ),
    ),
    "victim": Entry(
        N_("victim of trafficking"),
        N_(
            "A person who was subjected to trafficking, whether or not the offender is found or convicted. A "
            "legal term that opens rights."
        ),
    ),
    "survivor": Entry(
        N_("survivor"),
        N_(
            "A person who lived through trafficking and who may prefer this word. Use it when the person "
            "chooses it, or for advisers with lived experience."
        ),
    ),
    "presumed-victim": Entry(
        N_("presumed victim"),
        N_(
            "A person for whom there are reasonable grounds to think that he or she was trafficked, before "
            "formal identification. Already entitled to urgent protection."
        ),
    ),
    "trafficker": Entry(
        N_("trafficker"),
        N_("A person found by a court to have committed trafficking. Before that: suspect or accused."),
    ),
    "act-means-purpose": Entry(
        N_("act, means, purpose"),
        N_("The three elements of the definition: what was done, how it was done, why it was done."),
    ),
    "exploitation": Entry(
        N_("exploitation"),
        N_(
            "Taking unfair advantage of a person for gain: among others sexual exploitation, forced labour or "
            "services, slavery, servitude, organ removal."
        ),
    ),
    "sexual-exploitation": Entry(
        N_("sexual exploitation"),
        N_("Gaining money, benefit or power from the sexual abuse or prostitution of another person."),
    ),
    "forced-labour": Entry(
        N_("forced labour"),
        N_("Work or service that a person has not offered freely and does under threat of a penalty."),
    ),
    "debt-bondage": Entry(
        N_("debt bondage"),
        N_("A person is made to work to repay a debt whose size, terms or end are unfair or unclear."),
    ),
    "slavery": Entry(
        N_("slavery, servitude"),
        N_(
            "Slavery: treating a person as if owned. Servitude: a person must provide services and cannot "
            "change the situation."
        ),
    ),
    "coercion": Entry(
        N_("coercion"),
        N_("Making a person do something through force, threats or pressure on the mind."),
    ),
    "deception": Entry(N_("deception"), N_("Leading a person to agree through false promises or hidden facts.")),
    "apov": Entry(
        N_("abuse of a position of vulnerability"),
        N_("Using a situation in which the person has no real and acceptable choice but to give in."),
    ),
    "consent": Entry(
        N_("consent"),
        N_(
            "Free agreement. In trafficking law it does not count where improper means were used, and never "
            "for the exploitation of a child."
        ),
    ),
    "informed-consent": Entry(
        N_("informed consent"),
        N_(
            "Free agreement to a step (interview, examination, referral, sharing data) after the person has "
            "understood it, with the right to refuse and to change one's mind."
        ),
    ),
    "child": Entry(N_("child"), N_("Any person under 18.")),
    "best-interests": Entry(
        N_("best interests of the child"),
        N_("The child's safety, well-being and views come first in every decision."),
    ),
    "smuggling": Entry(
        N_("smuggling of migrants"),
        N_("Arranging for gain a person's illegal entry into another country."),
    ),
    "migrant-worker": Entry(
        N_("migrant worker"),
        N_("A person who works, or is about to work, in a country of which he or she is not a national."),
    ),
    "recruitment-fee": Entry(
        N_("recruitment fees and related costs"),
        N_(
            "Money asked from a worker for getting a job, including travel or papers. Under ILO principles "
            "workers should not pay it."
        ),
    ),
    "indicator": Entry(
        N_("indicator"),
        N_(
            "A sign that, together with others, may point to trafficking or forced labour. Not proof. In "
            "monitoring: a measure of progress."
        ),
    ),
    "identification": Entry(
        N_("victim identification"),
        N_(
            "The steps by which a person is recognised as a victim: presumption by trained staff, then formal "
            "identification by the competent body."
        ),
    ),
    "screening": Entry(N_("screening"), N_("A short, safe check for indicators by trained staff.")),
    "referral": Entry(N_("referral"), N_("Linking a person, with consent, to a service that has agreed to help.")),
    "nrm": Entry(
        N_("national referral mechanism (NRM)"),
        N_("The agreed way in which State bodies and civil society identify, protect and support victims together."),
    ),
    "mdt": Entry(
        N_("multidisciplinary team"),
        N_("Staff of different agencies who work on a case together with clear roles."),
    ),
    "non-punishment": Entry(
        N_("non-punishment principle"),
        N_("Victims should not be punished for unlawful acts they did as a direct result of being trafficked."),
    ),
    "reflection-period": Entry(
        N_("reflection and recovery period"),
        N_("Time with support in which a person can recover and decide freely whether to work with the authorities."),
    ),
    "shelter": Entry(N_("shelter"), N_("A safe place to stay, offered as a service. Not a place of detention.")),
    "needs-assessment": Entry(
        N_("needs assessment"),
        N_("Finding out with the person what she or he needs now, soon and later."),
    ),
    "risk-assessment": Entry(
        N_("risk assessment"),
        N_("Judging with the person who or what may cause harm, how likely, how serious, and what protects."),
    ),
    "case-management": Entry(
        N_("case management"),
        N_("One responsible worker plans, coordinates and reviews support together with the person."),
    ),
    "social-worker": Entry(N_("social worker"), N_("A professional trained to support people and families.")),
    "trauma": Entry(
        N_("trauma"),
        N_("The lasting effect of an experience that overwhelmed a person's ability to cope."),
    ),
    "trauma-informed": Entry(
        N_("trauma-informed"),
        N_("A way of working that knows the effects of trauma, gives safety and choice, and avoids new harm."),
    ),
    "victim-centred": Entry(
        N_("victim-centred, survivor-centred"),
        N_("The person's rights, safety, needs and wishes come first."),
    ),
    "confidentiality": Entry(
        N_("confidentiality"),
        N_("Keeping what a person shares from anyone who does not need it, within limits explained in advance."),
    ),
    "personal-data": Entry(N_("personal data"), N_("Any information about an identified or identifiable person.")),
    "interpreter": Entry(
        N_("interpreter"),
        N_("An independent, impartial person who carries speech between languages."),
    ),
    "repatriation": Entry(
        N_("return, repatriation"),
        N_("Going back to the home country in safety and dignity, preferably by free choice."),
    ),
    "reintegration": Entry(
        N_("recovery and (re)integration"),
        N_("The longer process of regaining safety, health, income, relations and rights, at home or elsewhere."),
    ),
    "compensation": Entry(
        N_("compensation, restitution"),
        N_(
            "Money for harm and losses. In some countries restitution is paid by the offender and "
            "compensation by the State."
        ),
    ),
    "mla": Entry(
        N_("mutual legal assistance"),
        N_("Formal help between States with evidence and other steps in criminal cases."),
    ),
    "forced-criminality": Entry(
        N_("trafficking for forced criminality"),
        N_("A person is made to commit offences, for example online scams, for the gain of others."),
    ),
    "iuu": Entry(
        N_("illegal, unreported and unregulated (IUU) fishing"),
        N_("Fishing that breaks rules, is not reported, or happens where no rules are applied."),
    ),
    "fisher": Entry(N_("fisher"), N_("Any person working on board a fishing vessel.")),
    "labour-inspection": Entry(
        N_("labour inspection"),
        N_("Checks by officials that labour law is respected, with advice, orders and sanctions."),
    ),
    "do-no-harm": Entry(
        N_("do no harm"),
        N_("Before each step ask whether it could make things worse for the person, and leave it if so."),
    ),
    "vicarious-trauma": Entry(
        N_("vicarious trauma, secondary traumatic stress"),
        N_(
            "Changes in the helper caused by repeated contact with others' suffering. An occupational risk, "
            "not a weakness."
        ),
    ),
}
"""id → entry. Ids are stable for ever: modules link to them."""
