"""Real cities with invented streets."""

from __future__ import annotations

from dataclasses import dataclass

from dice import Dice


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """How sums are written in one country."""

    #: Stands right before the figures, with its space where it needs one.
    sign: str
    #: The unit after a sum in words.
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A city as an address names it."""

    city: str
    state: str
    #: The postal short form of the state; the state again where there is none.
    short: str
    #: What the state is called: state, province, county, region.
    kind: str
    #: A postal code; for US places the first three digits, the rest is drawn.
    code: str
    #: Whose courts would hear a dispute.
    court: str
    #: Whose law would govern.
    law: str
    country: str


MONEY = {
    "US": Money(sign="$", unit="dollars"),
    "Canada": Money(sign="CAD ", unit="Canadian dollars"),
    "England": Money(sign="£", unit="pounds"),
    "Germany": Money(sign="€", unit="euros"),
    "Spain": Money(sign="€", unit="euros"),
    "Poland": Money(sign="PLN ", unit="zloty"),
    "Australia": Money(sign="AUD ", unit="Australian dollars"),
}

_US = """
Toledo|Ohio|OH|436|Lucas County
Dayton|Ohio|OH|454|Montgomery County
Eugene|Oregon|OR|974|Lane County
Savannah|Georgia|GA|314|Chatham County
Duluth|Minnesota|MN|558|St. Louis County
Boise|Idaho|ID|837|Ada County
Burlington|Vermont|VT|054|Chittenden County
Lubbock|Texas|TX|794|Lubbock County
Austin|Texas|TX|787|Travis County
Santa Rosa|California|CA|954|Sonoma County
Fresno|California|CA|937|Fresno County
Chattanooga|Tennessee|TN|374|Hamilton County
Topeka|Kansas|KS|666|Shawnee County
Asheville|North Carolina|NC|288|Buncombe County
Scranton|Pennsylvania|PA|185|Lackawanna County
Bozeman|Montana|MT|597|Gallatin County
Omaha|Nebraska|NE|681|Douglas County
Ithaca|New York|NY|148|Tompkins County
Rochester|New York|NY|146|Monroe County
Grand Rapids|Michigan|MI|495|Kent County
Madison|Wisconsin|WI|537|Dane County
Cedar Rapids|Iowa|IA|524|Linn County
Tacoma|Washington|WA|984|Pierce County
Santa Fe|New Mexico|NM|875|Santa Fe County
Tulsa|Oklahoma|OK|741|Tulsa County
Peoria|Illinois|IL|616|Peoria County
"""

_ELSEWHERE = """
Halifax|Nova Scotia|NS|province|B3J 2K9|Halifax|Nova Scotia|Canada
Toronto|Ontario|ON|province|M5V 2T6|Toronto|Ontario|Canada
Trois-Rivières|Quebec|QC|province|G9A 5H7|Trois-Rivières|Quebec|Canada
Leeds|West Yorkshire|West Yorkshire|county|LS1 4DY|Leeds|England|England
Norwich|Norfolk|Norfolk|county|NR2 1TF|Norwich|England|England
Augsburg|Bavaria|Bavaria|state|86150|Munich|Germany|Germany
Göttingen|Lower Saxony|Lower Saxony|state|37073|Hanover|Germany|Germany
Cádiz|Andalusia|Andalusia|region|11001|Seville|Spain|Spain
Kraków|Lesser Poland|Lesser Poland|region|30-002|Kraków|Poland|Poland
Geelong|Victoria|VIC|state|3220|Melbourne|Victoria|Australia
Hobart|Tasmania|TAS|state|7000|Hobart|Tasmania|Australia
"""


def _places() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for line in _US.strip().splitlines():
        city, state, short, code, court = line.split("|")
        found.setdefault("US", []).append(
            Place(
                city=city,
                state=state,
                short=short,
                kind="state",
                code=code,
                court=court,
                law=state,
                country="US",
            )
        )
    for line in _ELSEWHERE.strip().splitlines():
        city, state, short, kind, code, court, law, country = line.split("|")
        found.setdefault(country, []).append(
            Place(
                city=city,
                state=state,
                short=short,
                kind=kind,
                code=code,
                court=court,
                law=law,
                country=country,
            )
        )
    return {country: tuple(places) for country, places in found.items()}


PLACES = _places()

_STREETS = (
    "Larkspur",
    "Old Quarry",
    "Cider Mill",
    "Heron",
    "Sycamore",
    "Dunmore",
    "Fourth",
    "Juniper",
    "Bell Tower",
    "Hollis",
    "Magnolia",
    "Ridgeway",
    "Copper Beech",
    "Tanner",
    "West Canal",
    "Prospect",
    "Orchard",
    "Fenwick",
    "Saint Anne",
    "Granary",
    "Wildrose",
    "Chestnut",
    "Harbor",
    "North Ferry",
    "Mulberry",
    "Eleventh",
    "Quince",
    "Lockhart",
    "Pebble Creek",
    "Seminary",
    "Foundry",
    "Kingsley",
    "Thornapple",
    "Weaver",
    "Bluff",
    "Cottonwood",
    "East Market",
    "Spruce",
)
_KINDS = (
    "Street",
    "Street",
    "Avenue",
    "Avenue",
    "Road",
    "Lane",
    "Drive",
    "Court",
    "Boulevard",
    "Way",
    "Terrace",
    "Place",
)
_HOMES = ("Apt 3", "Apt 12", "Unit 7", "Apt 5")
_OFFICES = ("Suite 210", "Unit 14", "Suite 4")
_ABROAD = {
    "Germany": ("Lindenweg", "Mühlgasse", "Am Kirchplatz", "Birkenstraße", "Postgasse"),
    "Spain": ("Calle del Olivo", "Avenida del Puerto", "Calle Jazmín", "Paseo de la Muralla"),
    "Poland": ("Lipowa", "Młyńska", "Brzozowa", "Ogrodowa"),
}


def street(place: Place, dice: Dice, *, office: bool) -> str:
    """A street address of a home or an office, written as in the place; no city, no postal code."""
    if place.country in _ABROAD:
        return f"{dice.pick(_ABROAD[place.country])} {dice.between(2, 98)}"
    number = dice.between(3, 240) if place.country == "England" else dice.between(12, 4980)
    line = f"{number} {dice.pick(_STREETS)} {dice.pick(_KINDS)}"
    if place.country == "England" or not dice.chance(0.2):
        return line
    return f"{line} {dice.pick(_OFFICES if office else _HOMES)}"


def postal_code(place: Place, dice: Dice) -> str:
    """A postal code in the place."""
    return f"{place.code}{dice.between(1, 48):02d}" if place.country == "US" else place.code
