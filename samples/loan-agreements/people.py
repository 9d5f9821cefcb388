"""Made-up people and lenders. Every full name is dealt out once in the whole collection."""

from __future__ import annotations

import unicodedata

from dice import Dice

#: First names and surnames of one naming tradition; any first name may meet any surname.
TRADITIONS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("Hannah", "Curtis", "Meredith", "Grant", "Paige", "Elliott", "Nora", "Wesley"),
        (
            "Whitlock",
            "Barrow",
            "Pemberton",
            "Lindqvist-Hale",
            "Ashdown",
            "Tolliver",
            "Marsh",
            "Crandall",
        ),
    ),
    (
        ("Zoë", "Desmond", "Imogen", "Rhys", "Clémence", "Alastair", "Bronwen", "Gareth"),
        (
            "Fairweather",
            "Penhaligon",
            "Brontë-Shaw",
            "Llewellyn",
            "Thackeray",
            "Ogilvie",
            "Hardcastle",
            "Pugh",
        ),
    ),
    (
        ("Ángel", "Lucía", "Joaquín", "Inés", "Rubén", "Marisol", "Tomás", "Begoña"),
        (
            "Figueroa",
            "Núñez Prado",
            "Castañeda",
            "Ibáñez",
            "Villaseñor",
            "Quiroga",
            "del Valle",
            "Echeverría",
        ),
    ),
    (
        ("Łukasz", "Małgorzata", "Zbigniew", "Agnieszka", "Paweł", "Bożena", "Wojciech", "Kinga"),
        ("Wróblewski", "Zając", "Dąbek", "Sikora", "Gołąb", "Pietrzak", "Świątek", "Kurek"),
    ),
    (
        ("Søren", "Astrid", "Håkon", "Linnéa", "Bjørn", "Signe", "Åsa", "Magnus"),
        ("Østergaard", "Lindström", "Bakkevold", "Nygård", "Holm", "Sjöberg", "Krogh", "Dahl"),
    ),
    (
        ("Günther", "Annelie", "Jürgen", "Käthe", "Matthias", "Heike", "Volker", "Ulrike"),
        ("Brückner", "Vogelsang", "Großmann", "Hölzl", "Steinbach", "Kühn", "Lorenz", "Weiß"),
    ),
    (
        ("Étienne", "Solène", "Rémi", "Anaïs", "Gaël", "Mireille", "Benoît", "Océane"),
        (
            "Beaulieu",
            "Lefèvre",
            "Marchetaux",
            "d'Orsigny",
            "Garnier",
            "Roussel",
            "Thibodeaux",
            "Carpentier",
        ),
    ),
    (
        ("Chiara", "Niccolò", "Ornella", "Dario", "Fiorenza", "Ruggero", "Giada", "Ettore"),
        (
            "Bellandi",
            "De Santis",
            "Morelli",
            "Pavanello",
            "Tedesco",
            "Guerrini",
            "Rinaldi",
            "Colombo",
        ),
    ),
    (
        ("João", "Beatriz", "Thiago", "Conceição", "Vinícius", "Luana", "Estêvão", "Marília"),
        ("Magalhães", "Teixeira", "Assunção", "Barroso", "Falcão", "Simões", "Queiroz", "Brandão"),
    ),
    (
        ("Adaeze", "Chukwuemeka", "Folasade", "Tunde", "Ngozi", "Obinna", "Yetunde", "Kelechi"),
        ("Okonjo", "Adeyemi", "Eze", "Balogun", "Nwachukwu", "Ogundipe", "Afolabi", "Uzor"),
    ),
    (
        ("Kwabena", "Amara", "Tafadzwa", "Wanjiru", "Sipho", "Abena", "Baraka", "Thandeka"),
        ("Mensah", "Dlamini", "Mutasa", "Kamau", "Boateng", "Nkosi", "Odhiambo", "Asante"),
    ),
    (
        ("Priya", "Arjun", "Lakshmi", "Devendra", "Meera", "Rohan", "Kavitha", "Sanjay"),
        (
            "Raghunathan",
            "Deshpande",
            "Banerjee",
            "Kulkarni",
            "Chaudhary",
            "Pillai",
            "Mehrotra",
            "Sodhi",
        ),
    ),
    (
        ("Haruka", "Kenjiro", "Mizuki", "Takumi", "Sayuri", "Daichi", "Emiko", "Ryota"),
        ("Nakagawa", "Fujimori", "Okabe", "Shiraishi", "Tanabe", "Morikawa", "Ueno", "Hayashida"),
    ),
    (
        ("Wei", "Xiulan", "Junjie", "Meiling", "Zhiyuan", "Lihua", "Guowei", "Yanan"),
        ("Zhou", "Ouyang", "Tang", "Liang", "Xu", "Feng", "Cao", "Shen"),
    ),
    (
        ("Minh", "Thùy", "Quang", "Lan Anh", "Ji-woo", "Seung-ho", "Hye-jin", "Đức"),
        ("Trần", "Nguyễn", "Phạm", "Đặng", "Kwon", "Baek", "Hwang", "Vũ"),
    ),
    (
        ("Leila", "Farhad", "Samira", "Yusuf", "Nadia", "Tariq", "Rania", "Karim"),
        ("Haddad", "al-Rashid", "Tabrizi", "Mansour", "Khoury", "Benali", "Rahimi", "Sabbagh"),
    ),
    (
        ("Elif", "Cengiz", "Şirin", "Emre", "Ayşe", "Oğuz", "Defne", "Barış"),
        ("Yıldırım", "Karaca", "Öztürk", "Demirel", "Aksoy", "Çelik", "Polat", "Güneş"),
    ),
    (
        ("Oksana", "Dmytro", "Vesna", "Miloš", "Zdeněk", "Jiřina", "Andrei", "Ileana"),
        (
            "Kovalenko",
            "Marković",
            "Dvořáček",
            "Šimunović",
            "Popescu",
            "Hrytsenko",
            "Černý",
            "Ionescu",
        ),
    ),
    (
        ("Aoife", "Ciarán", "Niamh", "Eoghan", "Siobhán", "Pádraig", "Róisín", "Declan"),
        (
            "Ó Briain",
            "Gallagher",
            "McEntee",
            "Ní Dhomhnaill",
            "Tierney",
            "Costigan",
            "Farrelly",
            "Keane",
        ),
    ),
)

#: Banks, credit unions and small lending firms, none of them real.
LENDING_FIRMS = (
    "Bluestem Community Bank",
    "Harbour & Vale Lending LLC",
    "Tidewater Mutual Credit Union",
    "Greyfinch Capital Ltd",
    "Juniper Street Savings Bank",
    "Old Mill Finance Company",
    "Northlight Microcredit LLC",
    "Copperleaf Credit Union",
    "First Prairie Lending Company",
    "Stonebridge & Sons Finance",
    "Marigold Cooperative Bank",
    "Quillon Trust Company",
    "Saltmarsh Savings Bank",
    "Redwing Lending Partners LLC",
    "Two Rivers Credit Union",
    "Anvil Business Finance Ltd",
    "Fernhollow Trust Company",
    "Lantern Hill Bank",
    "Osprey Equipment Finance LLC",
    "Pinecrest Mutual Bank",
    "Wheelhouse Capital LLC",
    "Ambergate Finance Company",
    "Larkfield Community Bank",
    "Cobalt Bay Credit Union",
    "Hearthstone Lending Company",
    "Meadowlark Mutual Bank",
    "Brightwater Finance LLC",
    "Sable Point Savings Bank",
    "Thornbury Credit Union",
    "Kingfisher Lending LLC",
    "Applewick Community Bank",
    "Millrace Capital Ltd",
)

#: Small firms that borrow.
BORROWING_FIRMS = (
    "Kestrel Street Bakery LLC",
    "Dragonfly Cycles LLC",
    "Oaks & Ember Joinery LLC",
    "Little Tern Boatworks LLC",
    "Saffron Thread Tailoring LLC",
    "Moonrise Orchards LLC",
)

_ASCII = str.maketrans("łŁøØđĐßıæ", "lLoOdDsia")


class Register:
    """Deals out names, each at most once."""

    def __init__(self, dice: Dice) -> None:
        names: list[tuple[str, str]] = []
        for firsts, surnames in TRADITIONS:
            for turn in range(2):
                deal = zip(dice.shuffled(firsts), dice.shuffled(surnames), strict=True)
                names += [pair for pair in deal if turn == 0 or pair not in names]
        self._people = dice.shuffled(names)
        self._lenders = dice.shuffled(LENDING_FIRMS)
        self._borrowers = dice.shuffled(BORROWING_FIRMS)

    def person(self) -> tuple[str, str]:
        """First name and surname of somebody new."""
        return self._people.pop()

    def lending_firm(self) -> str:
        """A lender that is a firm."""
        return self._lenders.pop()

    def borrowing_firm(self) -> str:
        """A borrower that is a firm."""
        return self._borrowers.pop()


def mailbox(first: str, surname: str, host: str) -> str:
    """An e-mail address in plain letters for a name in any Latin spelling."""
    plain = unicodedata.normalize("NFKD", f"{first}.{surname}".translate(_ASCII)).lower()
    kept = (sign for sign in plain if sign == "." or (sign.isascii() and sign.isalnum()))
    return f"{''.join(kept)}@{host}"
