"""What is known of the exports of certain systems: one TOML file a kind of export.

Preset           what is known of one kind of export
presets          those that come with crmkit
preset_of        a Preset from what a caller hands in: the preset itself, or the path of a TOML file
recognise        which of some presets a file's headers are those of
Recognised       the preset, and which header is which field
"""

from crmkit.io._presets._load import preset_of, presets
from crmkit.io._presets._preset import Preset
from crmkit.io._presets._recognise import Recognised, recognise

__all__ = ["Preset", "Recognised", "preset_of", "presets", "recognise"]
