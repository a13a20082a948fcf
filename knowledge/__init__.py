"""What the documents say: sources, products, contacts, areas and the answers to members' questions.

Everything comes from YAML that staff edit; nothing here computes a premium, judges a claim, or reads a clock.
"""

from knowledge.areas import Areas, Branch, Prefecture
from knowledge.contacts import Contact, Hours, OpeningRange
from knowledge.entries import Entry
from knowledge.errors import Fault, KnowledgeError, KnowledgeFaults, UnknownRecord
from knowledge.loading import Knowledge, load
from knowledge.products import Plan, Product
from knowledge.rendering import RenderedAnswer, contact_text, fill_contacts, render_answer
from knowledge.reporting import CoverageReport, coverage_report
from knowledge.sources import Period, Section, Source

__all__ = [
    "Areas",
    "Branch",
    "Contact",
    "CoverageReport",
    "Entry",
    "Fault",
    "Hours",
    "Knowledge",
    "KnowledgeError",
    "KnowledgeFaults",
    "OpeningRange",
    "Period",
    "Plan",
    "Prefecture",
    "Product",
    "RenderedAnswer",
    "Section",
    "Source",
    "UnknownRecord",
    "contact_text",
    "coverage_report",
    "fill_contacts",
    "load",
    "render_answer",
]
