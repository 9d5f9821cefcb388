"""Informal papers: letters, promissory notes and e-mail threads."""

from __future__ import annotations

from dice import Dice
from draft import Draft
from facts import Facts
from parties import borrower_home, lender_seat

_LETTERHEADS = (
    "{LenderName} · {LenderAddress} · {LenderCity} · {LenderState}\n\n",
    "{LenderName} · {LenderAddress} · {LenderCity} · {LenderState}\nOur reference: {reference}\n\n",
    "From: {LenderName}, of {LenderAddress}, {LenderCity}, {LenderState}\n\n",
)
_FIRM_ADDRESSEE = (
    "To: {BorrowerName}\n{BorrowerAddress}\n{BorrowerCity}, {BorrowerState} {borrower_code}\n\n"
)
_FRIEND_ADDRESSEE = "To: {BorrowerName}, "
_FIRM_GREETING = "Dear {BorrowerName},\n\n"
_FRIEND_GREETINGS = (
    "My dear {borrower_first},{first_emoji}\n\n",
    "Hello {borrower_first},{first_emoji}\n\n",
)
_FIRM_LETTER = (
    (
        "We are glad to tell you that your application has been approved. This letter is "
        "dated {Date} and becomes our agreement once you have signed the copy.",
        "Thank you for your visit on {before}. This letter is dated {Date} and puts in writing "
        "what was agreed then.",
        "This letter is dated {Date} and confirms the loan you asked us for. Please take "
        "your time before you sign it.",
    ),
    (
        "We will lend you the sum of {LoanAmountNumbers}, in words {LoanAmountWords}, for "
        "{purpose}.",
        "The loan we grant you for {purpose} is for the sum of {LoanAmountWords} "
        "({LoanAmountNumbers}).",
    ),
    (
        "Your loan carries interest at {Interest} a year. The rate is fixed.",
        "We charge interest at {Interest} a year, fixed for the whole term.",
    ),
    (
        "You repay it in {months} monthly instalments of {monthly}; the first is due on "
        "{first_due}.",
        "Starting on {first_due}, we will collect {monthly} from your account every month.",
    ),
    (
        "If a payment cannot be collected, we have to charge {late_fee} for the second attempt.",
        "Should a payment be more than {grace} days late, a late fee of {late_fee} is added to "
        "the next one.",
        "A one-time setup fee of {setup_fee} is taken from the first payout.",
    ),
    (
        "You are free to repay early whenever you like, and we will not charge you for it.",
        "As security we note {collateral}.",
        "We also note that {second} stands surety for {share_percent} of the balance.",
        "If you sell or move away, please tell us within {days} days.",
    ),
    (
        "Any questions? Your contact is {officer}, who will gladly explain each line.",
        "Please send the signed copy back by {after}; after that day we can no longer hold the "
        "rate.",
        "The laws of {law} apply to this letter.",
    ),
)
_FIRM_ENDS = (
    "Yours sincerely,\n\n{officer}\nLoan officer\n",
    "With kind regards,\n{officer}, branch manager\n\nAccepted: ____________________\n",
    "Sincerely yours,\n\n{officer}\nCustomer lending\n\ncc: {witness}, accounts\n",
)
_FRIEND_LETTER = (
    (
        "It was good to see you on {before}.{second_emoji} As promised, here is the loan on "
        "paper. This letter is dated {Date}, so that neither of us has to rely on memory.",
        "You asked me for help and I am happy to give it.{second_emoji} This letter is "
        "dated {Date} and is all the contract we need.",
        "We have talked about this long enough!{second_emoji} This letter is dated {Date}; keep "
        "one copy and send me back the other with your signature.",
    ),
    (
        "I will lend you the sum of {LoanAmountNumbers}, in words {LoanAmountWords}, for "
        "{purpose}.",
        "For {purpose} you get from me the sum of {LoanAmountWords} ({LoanAmountNumbers}).",
    ),
    (
        "I know I said you could have it for nothing, but let us do it properly: interest at "
        "{Interest} a year.",
        "I would like to see interest at {Interest} a year, which is a little less than my "
        "savings account used to pay.",
    ),
    (
        "You pay me back {monthly} a month over {months_words} months, the first time on "
        "{first_due}.",
        "Please pay {monthly} every month from {first_due} on; on {last_due} we are even.",
    ),
    (
        "If one month is tight, call me before the payment is due and we will find a way. After "
        "{grace} days without a word I would add {late_fee}, mostly to annoy you.",
        "Should you ever be more than {grace} days late, the fine is {late_fee} and a home-cooked "
        "dinner.",
        "I do not want a pledge; your word is enough for me.",
    ),
    (
        "If something happens to me, you settle the rest with {second}, who knows about this "
        "letter.",
        "You may pay it all back sooner, of course.",
        "{second} has offered to cover {share_percent} of it if things go wrong.",
    ),
    (
        "Give my love to everybody at home, and bring the children next time.",
        "Come by when it is all done; I want to see what became of the money.",
        "My neighbor {witness} read this as well and found no mistake in it.",
    ),
)
_FRIEND_ENDS = (
    "Warmly,\n{lender_first}\n",
    "Yours, as ever,\n{lender_first}\n\nP.S. The transfer will reach you by {after}.\n",
    "All the best,\n{lender_first}\n\nAgreed and signed: ____________________\n",
)

_NOTE_TITLES = (
    "PROMISSORY NOTE",
    "I.O.U.",
    "Promissory Note {reference}",
    "NOTE OF DEBT",
    "IOU",
)
_PROMISES = (
    "I, {{BorrowerName}}, {home}, promise to pay to the order of {{LenderName}}, {seat}, the sum "
    "of {{LoanAmountWords}} ({{LoanAmountNumbers}}), together with interest at {{Interest}} a "
    "year.",
    "For value received I, {{BorrowerName}}, {home}, promise to pay to the order of "
    "{{LenderName}}, {seat}, the sum of {{LoanAmountNumbers}}, in words {{LoanAmountWords}}, with "
    "interest at {{Interest}} a year until it is paid.",
)
#: Notes in a hurry: no sum in words and no states.
_SHORT_PROMISE = (
    "I, {BorrowerName}, who lives at {BorrowerAddress} in {BorrowerCity}, promise to pay to the "
    "order of {LenderName}, of {LenderAddress}, {LenderCity}, the sum of {LoanAmountNumbers}, "
    "with interest at {Interest} a year.{second_emoji}"
)
_NOTE_TERMS = (
    (
        "I got the money today, in cash, for {purpose}.",
        "The money is for {purpose} and was handed to me in full.",
        "It was paid into my account this morning and is for {purpose}.",
    ),
    (
        "I will pay back {monthly} each month, starting on {first_due}.",
        "Payment is due in {months_words} equal parts of {monthly}, the last of them on "
        "{last_due}.",
        "I will have paid everything back by {last_due}, at the latest.",
    ),
    (
        "If I am more than {grace} days late I owe {late_fee} on top.",
        "Each late payment adds {late_percent} of the missed part to what I owe.",
        "Nothing extra is owed if I am a few days late, as long as I call first.",
    ),
    (
        "I may pay sooner without asking.",
        "The holder of this note may not sell it to anybody else.",
        "I give up the right to formal demand, protest and notice.",
        "If I fail to pay, I also bear the cost of collecting the debt, up to {setup_fee}.",
    ),
    (
        "As a pledge I leave {collateral} until the last payment.",
        "{second} has promised to help me out if I fall behind.",
        "This note stays valid if one of us moves away.",
        "This note replaces the scrap of paper from {before}.",
        "The laws of {law} apply to this note.",
    ),
    (
        "I have read this note twice and kept a copy of it.",
        "There are no other debts between us.",
        "A payment counts as made on the day it leaves my account.",
        "If I cannot be reached, {second} knows where to find me.",
    ),
    (
        "Once all is paid, this paper is to be given back to me, torn in two.",
        "The holder of this note returns it to me, marked as paid, after the last payment.",
        "We shook hands on it, and nobody was pressed into anything.",
    ),
)
_NOTE_ENDS = (
    "Signature: ____________________\nWitness: {witness}\n",
    "Borrower: {BorrowerName}\n",
    "(signed by hand, with {witness} looking on)\n",
    "Borrower: {BorrowerName}\nWitness: {witness}\n",
)

_SUBJECTS = (
    "Re: Our loan, final wording",
    "Re: Re: the loan papers",
    "Loan for you - please confirm",
    "Fwd: What we agreed about the money",
    "Re: paperwork",
)
_MAIL_STARTS = (
    "Hi {borrower_first},{first_emoji}\n\nhere is the wording we settled on over the phone. If "
    'you reply with "agreed", it counts as signed.',
    "Hello {borrower_first},{first_emoji}\n\nthanks for your patience. I have put everything into "
    "one list so that we both have it in writing.",
    "Hi {borrower_first},{first_emoji}\n\nsee below for the agreement as I understand it. Shout "
    "if anything looks wrong.",
    "Good morning {borrower_first}!{first_emoji}\n\nBelow is the text, short and sweet, as you "
    "asked.",
)
_MAIL_DATES = (
    "This agreement is dated {Date}, whenever the money arrives.",
    "Our agreement is dated {Date}, and this mail only writes it down.",
)
_MAIL_BORROWERS = ("The borrower is {BorrowerName}, ", "Borrower: {BorrowerName}, ")
_MAIL_LENDERS = ("The lender is {LenderName}, ", "Lender: {LenderName}, ")
_MAIL_SUMS = (
    "It is a loan{second_emoji} for the sum of {LoanAmountNumbers}, in words {LoanAmountWords}, "
    "for {purpose}.",
    "The loan{second_emoji} is for the sum of {LoanAmountWords} ({LoanAmountNumbers}) and pays "
    "for {purpose}.",
)
_MAIL_RATES = (
    "You pay interest at {Interest} a year.",
    "It carries interest at {Interest} a year, not a penny more.",
    "Interest at {Interest} a year, paid along with each instalment.",
)
_MAIL_PLANS = (
    "{months} monthly payments of {monthly}, the first on {first_due}.",
    "Every month {monthly}, from {first_due} until {last_due}.",
    "Payments of {monthly} a month, for {months_words} months.",
)
_MAIL_EXTRAS = (
    "More than {grace} days late: {late_fee} extra.",
    "No fee for paying early.",
    "{second} vouches for {share_percent} of it.",
    "As a pledge: {collateral}.",
    "I keep back {setup_fee} for the bank's transfer costs.",
    "If we ever fall out, {witness} decides, not the courts in {court}.",
)
_MAIL_ENDS = (
    "Let me know by {after}, please.\n\nCheers,\n{lender_first}\n",
    "I will make the transfer as soon as you have answered.\n\nBest,\n{lender_first}\n",
    "{witness} is in copy and will file this mail for both of us.\n\nTake care,\n{lender_first}\n",
)
_MAIL_BEFORE = (
    "could you write it all down in one mail? I would like to show it to {second} before I say "
    "yes. And is {late_percent} for late payments still on the table?",
    "thank you so much for this! I went to the bank last week, and they wanted a fee of "
    "{setup_fee} just for looking at the papers.",
    "I have thought about it and I would rather borrow from you than from the bank. Can you send "
    "me the terms?",
    "sorry for the silence, the week was mad. Yes, I still want it, and {monthly} a month is "
    "fine for me.",
)


def write_letter(
    draft: Draft, facts: Facts, dice: Dice, turn: int, *, emoji: tuple[str, str]
) -> None:
    """A letter from the lender that is the agreement itself."""
    values = facts.values | {"first_emoji": emoji[0], "second_emoji": emoji[1]}
    pools = _FIRM_LETTER if facts.lender_is_firm else _FRIEND_LETTER
    sentences = [dice.pick(pool) for pool in pools]
    draft.fill(_LETTERHEADS[turn % len(_LETTERHEADS)], values)
    if facts.lender_is_firm:
        draft.fill(_FIRM_ADDRESSEE + _FIRM_GREETING, values)
    else:
        draft.fill(f"{_FRIEND_ADDRESSEE}{borrower_home(dice)}\n\n", values)
        draft.fill(dice.pick(_FRIEND_GREETINGS), values)
    extra = [part for part in sentences[4:6] if dice.chance(0.85)]
    draft.fill(sentences[0] + "\n\n", values)
    draft.fill(" ".join(sentences[1:4]) + "\n\n", values)
    draft.fill(" ".join([*extra, sentences[6]]) + "\n\n", values)
    draft.fill(dice.pick(_FIRM_ENDS if facts.lender_is_firm else _FRIEND_ENDS), values)


def write_note(
    draft: Draft, facts: Facts, dice: Dice, turn: int, *, emoji: tuple[str, str]
) -> None:
    """A promissory note or IOU in the first person; every fourth leaves out words and states."""
    values = facts.values | {"second_emoji": emoji[1]}
    short = turn % 4 == 3
    terms = [dice.pick(pool) for pool in _NOTE_TERMS]
    draft.fill(f"{dice.pick(_NOTE_TITLES)}\n\n", values)
    date_first = turn % 2 == 0
    if date_first:
        draft.fill("Dated {Date}\n\n", values)
    full = _PROMISES[turn % len(_PROMISES)]
    full = full.format(home=borrower_home(dice), seat=lender_seat(facts, dice))
    draft.fill(_SHORT_PROMISE if short else full, values)
    draft.fill("\n\n" + " ".join(terms[:3]) + "\n", values)
    draft.fill("\n" + " ".join(terms[3:]) + "\n\n", values)
    if not date_first:
        draft.fill("Dated {Date}\n", values)
    draft.fill(dice.pick(_NOTE_ENDS), values)


def write_mail(
    draft: Draft, facts: Facts, dice: Dice, turn: int, *, emoji: tuple[str, str]
) -> None:
    """An e-mail from the lender with the terms, often on top of the mail it answers."""
    values = facts.values | {"first_emoji": emoji[0], "second_emoji": emoji[1]}
    bullet = ("- ", "* ", "", "> ")[turn % 4]
    borrower = f"{_MAIL_BORROWERS[turn % 2]}{borrower_home(dice)}."
    lender = f"{_MAIL_LENDERS[turn % 2]}{lender_seat(facts, dice)}."
    lines = dice.shuffled((borrower, lender))
    lines += [dice.pick(pool) for pool in (_MAIL_SUMS, _MAIL_RATES, _MAIL_PLANS)]
    lines += dice.shuffled(_MAIL_EXTRAS)[: dice.between(1, 3)]
    lines.insert(0 if dice.chance(0.6) else len(lines), dice.pick(_MAIL_DATES))
    clock = f"{dice.between(7, 22)}:{dice.between(0, 59):02d}"
    subject = dice.pick(_SUBJECTS)
    draft.fill(f"From: {{lender_mail}}\nTo: {{borrower_mail}}\nSent: {{sent}} {clock}\n", values)
    draft.fill(f"Subject: {subject}\n\n{dice.pick(_MAIL_STARTS)}\n\n", values)
    draft.fill("".join(f"{bullet}{line}\n" for line in lines), values)
    draft.fill(f"\n{dice.pick(_MAIL_ENDS)}", values)
    if dice.chance(0.7):
        earlier = dice.pick(_MAIL_BEFORE)
        draft.fill("\nOn {before}, {borrower_mail} wrote:\n> Hi {lender_first},\n> ", values)
        draft.fill(f"{earlier}\n> {{borrower_first}}\n", values)
