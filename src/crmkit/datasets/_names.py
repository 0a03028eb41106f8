"""What people, companies and places of a simulation are called."""

from __future__ import annotations

import unicodedata

__all__ = [
    "COMPANY_ENDINGS",
    "COMPANY_WORDS",
    "FIRST_NAMES",
    "INDUSTRIES",
    "JOB_TITLES",
    "LAST_NAMES",
    "PLACES",
    "folded",
]

_FIRST_NAMES = """
    Aisha Alejandro Amara André Anaïs Anja Arjun Aylin Björn Camille Carlos Céline Chiara Chloé Daan Dilnoza
    Eilidh Elif Emma Eoin Fatima François Freya Gabriel Giulia Grace Hana Hiroshi Ifeoma Inés Ingrid Isla Jakub James
    Jing João Jürgen Kaito Katarzyna Kwame Laila Lars Leilani Łukasz Luís Mai Małgorzata Maria Marek Matteo Mehmet
    Mei Minh Nadia Niamh Ngozi Noah Nuno Oluwaseun Óscar Petra Priya Rafał René Rosa Ruth Sanna Sean Sergio Seo-yeon
    Siobhán Sofía Søren Tadeáš Tariq Thandiwe Tomás Ulrike Viktor Wei Xóchitl Yasmin Yuki Zoë Zuzana
"""
FIRST_NAMES = tuple(_FIRST_NAMES.split())

_LAST_NAMES = """
    Abebe Adeyemi Agarwal Åkesson Almeida Andersson Bakker Baptiste Bianchi Brandt Castillo Chen Chukwu Çelik
    Costa Cruz Dąbrowski Dlamini Dubois Eriksen Fernández Fischer Fontaine Fujimoto García Gonçalves Haddad Halonen
    Hernández Hoang Horváth Ibrahim Ivanova Jansen Jørgensen Kaya Khan Kim Kowalczyk Kozlov Lefèvre Li Lindqvist
    López MacLeod Mahlangu Martín Mbeki Mensah Moreau Müller Muñoz Nakamura Nguyen Nielsen Novák O'Brien Okafor
    Öztürk Park Patel Peña Pereira Popović Ramírez Rao Ricci Rossi Sánchez Santos Schäfer Šimić Silva Singh Smith
    Suzuki Svensson Tanaka Thompson Tran Ueda Van-Dijk Vasquez Weiß Williams Wójcik Yamamoto Yılmaz Zhang Zieliński
"""
LAST_NAMES = tuple(_LAST_NAMES.split())

_COMPANY_WORDS = """
    Alder Amber Ardent Atlas Aurora Basalt Beacon Birch Bluewater Boreal Bramble Bright Brook Cascade Cedar Cinder
    Clear Clover Cobalt Comet Copper Coral Crescent Crown Delta Dune Eastgate Echo Ember Fable Falcon Fern Fjord Flint
    Forge Fox Garnet Glacier Golden Granite Grove Harbour Hazel Heron Hillside Horizon Indigo Iris Ivory Jade Juniper
    Keystone Kestrel Lantern Larch Laurel Lighthouse Linden Lotus Lunar Maple Marble Meadow Meridian Mistral Mosaic
    Nimbus Nordlicht North Oak Obsidian Olive Onyx Opal Orchard Osprey Otter Pebble Pine Pioneer Prairie Quartz
    Quill Raven Redwood Ridge Rowan Saffron Sage Sequoia Sienna Silver Solar Spruce Sterling Summit Sundial Tamarind
    Terra Thistle Tidal Timber Topaz Umbra Valley Velvet Verde Vista Walnut Westwind Willow Winter Wren Zenith Zephyr
"""
COMPANY_WORDS = tuple(_COMPANY_WORDS.split())

_COMPANY_ENDINGS = """
    Analytics Bakeries Biotech Builders Capital Ceramics Clinics Dynamics Electric Energy Foods Freight Gardens GmbH
    Health Holdings Insurance Interiors Labs Logistics Marine Materials Media Motors Networks Optics Outfitters
    Partners Pharma Press Retail Robotics Schools Software Studios Systems Textiles Tools Travel Works
"""
COMPANY_ENDINGS = tuple(_COMPANY_ENDINGS.split())

INDUSTRIES = ("Software", "Retail", "Manufacturing", "Health care", "Finance", "Logistics", "Education", "Hospitality")

JOB_TITLES = (
    "Head of Operations",
    "Purchasing Manager",
    "Chief Executive",
    "IT Director",
    "Office Manager",
    "Head of Marketing",
    "Finance Director",
    "Sales Manager",
    "Analyst",
)

PLACES = (
    ("Berlin", "Germany"),
    ("São Paulo", "Brazil"),
    ("Lyon", "France"),
    ("Chicago", "United States"),
    ("Austin", "United States"),
    ("Leeds", "United Kingdom"),
    ("Nairobi", "Kenya"),
    ("Osaka", "Japan"),
    ("Pune", "India"),
    ("Kraków", "Poland"),
    ("Málaga", "Spain"),
    ("Toronto", "Canada"),
    ("Malmö", "Sweden"),
    ("Lagos", "Nigeria"),
    ("Incheon", "South Korea"),
)

# Letters that Unicode does not take apart into a plain one and its accent.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "ı": "i", "đ": "d", "'": "", " ": "-"})


def folded(name: str) -> str:
    """Write a name as it stands in an address: plain small letters."""
    parts = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    return "".join(letter for letter in parts if letter.isascii())
