"""What each code says to people: the message, what to do about it, and why the rule is there.

English here; the catalogues under ``kbctl/locale`` hold the Chinese. A field in braces is filled from the
finding's params; those in :data:`WORDS` are words for a value that a rule can only name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kbctl.i18n import N_, _, language
from kbctl.model.finding import Finding
from kbctl.output.approval import APPROVAL, APPROVAL_CAUSES
from kbctl.output.sentences import Message

# What an operating system says of a file that it refuses, as ``OSError.strerror`` has it. Findings and errors hold it as
# their field ``problem``; whoever prints them translates it.
_SYSTEM = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("File exists"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("Directory not empty"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Read-only file system"),
    N_("Input/output error"),
    N_("File name too long"),
    N_("Too many levels of symbolic links"),
)
# Sentences for params whose value is one of a few words: param name -> value -> sentence.
WORDS: Mapping[str, Mapping[str, str]] = {
    "hint": {
        "": N_("see `kbctl rule KB012` for what the front matter looks like"),
        "tab": N_("the line is indented with a tab: use spaces"),
        "wide-colon": N_("the key is followed by a full-width colon “：”: write `: ` (half-width, then a space)"),
        "no-space": N_("put a space after the colon"),
        "wide": N_("“{wide}” is full-width here: write `{narrow}` (half-width)"),
        "unclosed": N_("put the second quote behind the value that begins here"),
        "quote": N_("put the value in double quotes"),
    },
    "reason": {
        "type": N_("it should be of type {expected}"),
        "type-text": N_("it should be one text"),
        "type-list": N_("it should be a list: [one, two]"),
        "type-mapping": N_("it should be a group of keys: {{key: value, …}}"),
        "type-number": N_("it should be a number"),
        "type-yes-no": N_("it should be true or false"),
        "pattern-id": N_("use lower-case letters, digits and `-` only"),
        "pattern-line": N_("it must stand on one line"),
        "enum": N_("it should be one of {expected}"),
        "min-items": N_("it needs at least {expected} items"),
        "max-items": N_("it may have at most {expected} items"),
        "min-length": N_("it is empty"),
        "max-length": N_("it is longer than {expected} characters"),
        "unique": N_("an item stands twice"),
        "pattern": N_("it does not match {expected}"),
        "minimum": N_("it should be at least {expected}"),
        "maximum": N_("it should be at most {expected}"),
        "min-properties": N_("it needs at least {expected} keys"),
        "format": N_("it should be a {expected}"),
        "required": N_("the key is missing"),
        "unknown-key": N_("there is no such key"),
        "other": N_("it does not fit the schema"),
        "file-name": N_("the id {name} differs from the file's name"),
        "institution": N_("no institution is called {name}"),
        "institution-twice": N_("the institution {name} stands twice"),
        "no-head-office": N_("there is no institution with the id {name}"),
        "not-under-head-office": N_("the parents of {name} do not lead to head-office"),
        "contact-twice": N_(
            "the contact id {name} is taken already, in another department; ids are unique in the bank"
        ),
        "contact": N_("no contact is called {name}"),
        "parent": N_("no department is called {name}"),
        "source": N_("`from: {name}` names no key of the front matter"),
        "attachment-kind": N_("the attachment kind {name} is required but not declared"),
        "reviewer": N_("kb/roles.yaml names no further reviewer called {name}"),
        "column": N_("the table needs a column {name} of the kind that its use asks for"),
        "choices": N_("the column {name} is a choice without choices"),
        "front-matter": N_("its JSON Schema is not valid: {name}"),
    },
    "encoding": {"": N_("something that kbctl does not know")},
    # Before what it stands in: a sentence below is put together from words above.
    "kind": {
        "key": N_("a key of letters, digits, `.`, `_` and `-`"),
        "phone": N_("a phone number such as 0379-01000000"),
        "hours": N_("business hours such as 周一至周五 09:00-17:00"),
        "date": N_("a day such as 2026-11-21"),
        "number": N_("a number"),
        "choice": N_("one of {choices}"),
        "institution": N_("the id of an institution"),
    },
    "problem": {
        **{text: text for text in _SYSTEM},
        "quotes": N_("its quotes do not close"),
        "empty": N_("it is empty"),
        "kind": N_("“{value}” should be {kind}"),
        "nameless": N_("has no name"),
        "cells": N_("it has {found} cells where the header has {expected}"),
        "missing": N_("is missing"),
        "unknown": N_("is not a column of this type"),
        "twice": N_("stands twice"),
        "no-day": N_("is not written as YYYY-MM-DD"),
        "no-such-day": N_("is not in the calendar"),
        # What PyYAML says of a text that it cannot read.
        "could not find expected ':'": N_("a line is no `key: value`: the colon is missing"),
        "did not find expected ',' or ']'": N_("a list [ … ] is not closed, or lacks a comma"),
        "did not find expected ',' or '}'": N_("a group of keys in braces is not closed, or lacks a comma"),
        "found unexpected end of stream": N_("quotes are opened and not closed"),
        "mapping values are not allowed in this context": N_(
            "a second colon with a space after it, or a line that is indented wrongly"
        ),
        "did not find expected '-' indicator": N_("a line of the list lacks its `- `, or is indented wrongly"),
        "did not find expected key": N_("something stands after the value, or a line is indented wrongly"),
        "found unknown escape character": N_("a backslash within double quotes"),
        "found character that cannot start any token": N_("a value begins with a character that YAML reserves"),
        "did not find expected node content": N_("a value begins with a comma or a bracket"),
        "other-yaml": N_("this line is not written as YAML asks for"),
        "a key must be a word": N_("a key must be a word"),
        "more than one document": N_("there is more than one document"),
        "not a list of keys and values": N_("it is not a list of keys and values"),
    },
    "element": {
        "documents": N_("which documents the customer needs"),
        "conditions": N_("the conditions"),
        "process": N_("the process"),
        "time_limit": N_("the time limit"),
        "cautions": N_("what to watch out for"),
    },
    "state": {
        "upcoming": N_("upcoming"),
        "in-force": N_("in force"),
        "expiring": N_("expiring"),
        "expired": N_("expired"),
        "withdrawn": N_("withdrawn"),
    },
}

MESSAGES: Mapping[str, Message] = {
    "KB001": Message(
        N_("the file is not UTF-8 (it looks like {encoding})"),
        N_("save it again as UTF-8; in Notepad: File → Save As → Encoding: UTF-8"),
        N_("Every file of the knowledge base is UTF-8, so that each tool reads the same text."),
    ),
    "KB002": Message(
        N_("the file begins with a byte order mark"),
        N_("save it as UTF-8 without BOM, or run `kbctl fmt`"),
        N_("The invisible mark keeps other tools from seeing the front matter."),
    ),
    "KB003": Message(
        N_("the file has Windows line ends"),
        N_("save it with LF line ends, or run `kbctl fmt`"),
        N_("With mixed line ends git reports every line as changed."),
    ),
    "KB004": Message(
        N_("the file has {size} KiB, more than the {limit} KiB that kb.toml allows"),
        N_("move tables and pictures into attachments"),
        N_("An entry is an answer that an agent reads aloud; what is larger belongs in an attachment."),
    ),
    "KB005": Message(
        N_("the file is binary or holds a control character ({character})"),
        N_("paste the text again as plain text"),
        N_("Control characters cannot be shown or searched and break other tools."),
    ),
    "KB006": Message(
        N_("a symbolic link is not read"),
        N_("put the file itself in its place"),
        N_("A link may lead out of the knowledge base, to something nobody reviewed."),
    ),
    "KB007": Message(
        N_("the file name {name} is not an id"),
        N_("use lower-case letters, digits and `-`, for example hongyun-cd.md"),
        N_("The file's name is the entry's id; it must work on every system and in every link."),
    ),
    "KB008": Message(
        N_("the file cannot be read: {problem}"),
        N_("check its permissions"),
        N_("What cannot be read cannot be checked."),
    ),
    "KB009": Message(
        N_("{name} is neither an entry nor in an entry's folder"),
        N_(
            "put it into an entry's folder kb/entries/<department>/<id>/ and list it there, or delete it; "
            "entries stand at kb/entries/<department>/<id>.md"
        ),
        N_("What lies elsewhere is never found by an agent."),
    ),
    "KB010": Message(
        N_("the file does not begin with front matter"),
        N_("put `---`, the keys, and `---` at its top; `kbctl new` writes them"),
        N_("The front matter says who owns the entry, whom to call and how long it is valid."),
    ),
    "KB011": Message(
        N_("the front matter is not closed"),
        N_("put a line with just `---` after the last key"),
        N_("Without the closing line nothing tells where the text begins."),
    ),
    "KB012": Message(
        N_("the front matter is not readable YAML: {problem}"),
        N_("{hint}"),
        N_("The front matter is a list of `key: value` lines."),
    ),
    "KB013": Message(
        N_("YAML anchors, aliases, merge keys and tags are not allowed: {what}"),
        N_("write the value out"),
        N_("They can hide content from a reviewer and bring a reader to a halt."),
    ),
    "KB014": Message(
        N_("the front matter is too large or nested too deeply (more than {depth})"),
        N_("move text from the front matter into the body"),
        N_("A file that is built to exhaust a reader must not stop the others from being read."),
    ),
    "KB015": Message(
        N_("the key {key} stands twice"),
        N_("keep one of them"),
        N_("Which of two values counts would depend on the tool that reads it."),
    ),
    "KB016": Message(
        N_("there is no key {key}"),
        N_("see `kbctl types {type}` for the keys of a type"),
        N_("A misspelt key would be passed over in silence."),
    ),
    "KB017": Message(
        N_("the key {key} is missing"),
        N_("add it; `kbctl types {type}` says what it holds"),
        N_("Every entry has an owner, a contact and a validity window (R12, R25)."),
    ),
    "KB018": Message(
        N_("the value of {key} is wrong: {reason}"),
        N_("correct it; `kbctl types {type}` says what the key holds"),
        N_("A value of the wrong shape cannot be shown, searched or reported."),
    ),
    "KB019": Message(
        N_("{key}: the date {value} {problem}"),
        N_("write it as YYYY-MM-DD, for example 2026-12-31; valid_until may be long-term"),
        N_("A date that does not exist would leave the entry without a validity window."),
    ),
    "KB020": Message(
        N_("there is no type {type}"),
        N_("the types are: {known}"),
        N_("The type decides which sections and attachments the entry owes."),
    ),
    "KB021": Message(
        N_("{key}: “{value}” is one item, although a Chinese comma stands in it"),
        N_("put “, ” (half-width) between the items: {better}; quotes around an item where the comma belongs to it"),
        N_("Words that run together are found by nobody; a contact or institution that runs together is none."),
    ),
    "KB022": Message(
        N_("both sides of a merge are left in the file: {marker}"),
        N_("keep what holds of the two sides, and delete the lines with <<<<<<<, |||||||, ======= and >>>>>>>"),
        N_("An agent would read out two answers, of which one was given up."),
    ),
    "KB101": Message(
        N_("the id {id} differs from the file name {stem}"),
        N_("make them equal; an id that was published stays as it is"),
        N_("Links and searches find an entry by its id, people by its file."),
    ),
    "KB102": Message(
        N_("the id {id} is also used by {other}"),
        N_("give one of them another id, or another first day if it is a later version"),
        N_("An id names one answer in the whole bank and is never reused (R1)."),
    ),
    "KB103": Message(
        N_("the owner {owner} differs from the folder {folder}"),
        N_("move the file to the owner's folder, or correct the owner"),
        N_("Departments may write only in their own folder; the owner must be the same (R27)."),
    ),
    "KB104": Message(
        N_("there is no department {owner}"),
        N_("see the files in kb/organization/"),
        N_("Every entry belongs to a department that answers for it (R7)."),
    ),
    "KB105": Message(
        N_("there is no contact {contact}"),
        N_("use an id from kb/organization/; `kbctl config show` lists where they are kept"),
        N_("An agent must be able to call someone about every entry (R12)."),
    ),
    "KB106": Message(
        N_("the contact {contact} ({name}) does not hold the post today ({until})"),
        N_("name a contact of the department who does"),
        N_("An entry's contact is a live one (R12)."),
    ),
    "KB107": Message(
        N_("the contact {contact} ({name}) has no phone"),
        N_("add the phone in kb/organization/"),
        N_("A contact whom nobody can call is none (R12)."),
    ),
    "KB110": Message(
        N_("there is no institution {institution}"),
        N_("`head-office` is the whole bank; the institutions are: {known}"),
        N_("The scope says for which institutions an answer holds (R18)."),
    ),
    "KB111": Message(
        N_("{owner} belongs to {branch} and may write for that branch only"),
        N_("write `scope: [{branch}]`"),
        N_("A branch owns its own products, processes and time limits, not the bank's (R18)."),
    ),
    "KB116": Message(
        N_("the file is named for {stem_date} but valid_from is {valid_from}"),
        N_("make them equal"),
        N_("A successor's file name says from when it answers."),
    ),
    "KB117": Message(
        N_("this version is of type {type}, {other} of type {other_type}"),
        N_("give both the same type, or the new one an id of its own"),
        N_("The versions of an id are one answer at different times."),
    ),
    "KB118": Message(
        N_("an operating table ({type}) has no later versions"),
        N_("change the rows of table.csv instead"),
        N_("Operating tables are kept current row by row (R49)."),
    ),
    "KB120": Message(
        N_("the entry ends ({until}) before it begins ({start})"),
        N_("correct valid_from or valid_until"),
        N_("An entry with no day of validity never answers."),
    ),
    "KB121": Message(
        N_("an entry of type {type} may not be valid long-term"),
        N_("give valid_until a day"),
        N_("Campaigns, messages and announcements end (R45, R47, R48)."),
    ),
    "KB122": Message(
        N_("a long-term entry needs review_by"),
        N_("add `review_by: YYYY-MM-DD`, the day by which it is looked at again"),
        N_("What never expires is reviewed regularly (R36)."),
    ),
    "KB123": Message(
        N_("review_by {review_by} is later than {latest}"),
        N_("the type asks for a review within {days} days"),
        N_("Everything is revised at least once a year (R26, R36)."),
    ),
    "KB124": Message(
        N_("the entry is valid for {days} days, more than the {limit} that its type allows"),
        N_("shorten it; it can be extended when the time comes"),
        N_("A short window brings the entry back to its owner in time (R25)."),
    ),
    "KB125": Message(
        N_("{id} answers today, and its valid_from was moved from {before} to {after}"),
        N_("put valid_from back and write a successor: `kbctl change {id} --from {after}`"),
        N_("Moving it would take today's answer away from the agents."),
    ),
    "KB126": Message(
        N_("the replacement {id} is not an entry, or is the entry itself"),
        N_("name the id of the entry that answers now, or leave replaced_by out"),
        N_("An agent who finds a withdrawn entry is sent to its replacement."),
    ),
    "KB130": Message(
        N_("an entry of type {type} needs a test statement"),
        N_("add `tested: {{by: CONTACT, on: YYYY-MM-DD, covers: what was tested}}`"),
        N_("Products, services and features are tested before they are submitted (R41)."),
    ),
    "KB131": Message(
        N_("it was tested on {on}, after it took effect on {valid_from}"),
        N_("correct the day, or move valid_from"),
        N_("Tests come before submission (R41)."),
    ),
    "KB132": Message(
        N_("the day of the test, {on}, lies in the future"),
        N_("correct it"),
        N_("A test that has not taken place proves nothing (R41)."),
    ),
    "KB201": Message(
        N_("the section “{heading}” is missing"),
        N_("add `## {heading}` here and fill it in"),
        N_("Knowledge is submitted on the fixed templates (R37-R49)."),
    ),
    "KB202": Message(
        N_("the section “{section}” lacks the item “{heading}”"),
        N_("add `### {heading}` to it and fill it in"),
        N_("The template names the items that a section must hold (R37-R49)."),
    ),
    "KB203": Message(
        N_("“{heading}” is empty"),
        N_("fill it in; write 无 only where that is the answer"),
        N_("An empty section leaves the agent without an answer."),
    ),
    "KB204": Message(
        N_("“{heading}” stands after “{before}”, which follows it in the template"),
        N_("move it; the order is that of `kbctl types {type}`"),
        N_("Agents find their way by the template's order (R37-R49)."),
    ),
    "KB205": Message(
        N_("the template has no section “{heading}”"),
        N_("the sections are: {known}"),
        N_("Knowledge is submitted on the fixed templates (R37-R49)."),
    ),
    "KB206": Message(
        N_("“{heading}” is not typed: it is made from {source} in the front matter"),
        N_("remove the heading and its text"),
        N_("What stands in two places will differ one day."),
    ),
    "KB207": Message(
        N_("a placeholder was left in the text: {text}"),
        N_("fill it in"),
        N_("A blank that is read to a customer is worse than no answer."),
    ),
    "KB208": Message(
        N_("the section “{heading}” stands twice"),
        N_("join the two"),
        N_("Of two sections with one name an agent reads only the first."),
    ),
    "KB209": Message(
        N_("there is text before the first section"),
        N_("move it into a section"),
        N_("Text outside the sections is not part of the template."),
    ),
    "KB210": Message(
        N_("the section “{heading}” owes a screenshot"),
        N_("add a picture: `![步骤](<id>/流程截图.png)`, and list it under attachments"),
        N_("The template of services and features asks for the steps with screenshots (R38, R39)."),
    ),
    "KB211": Message(
        N_("this line is read as text, not as the heading `{better}`"),
        N_("write `{better}`: half-width #, then a blank; `kbctl fmt` does it"),
        N_("What stands below a heading that is none is not found under its name."),
    ),
    "KB301": Message(
        N_("the attachment {file} is not there"),
        N_("put it into {folder}/, or take it off the list"),
        N_("Attachments are submitted together with the text (R37-R48)."),
    ),
    "KB302": Message(
        N_("an attachment of kind {kind} ({name}) is required"),
        N_("add the file and list it: `- {{file: …, kind: {kind}}}`"),
        N_("The template says which attachments are submitted with the text (R45, R48)."),
    ),
    "KB303": Message(
        N_("the attachment {file} has {size} MiB, more than the {limit} MiB that kb.toml allows"),
        N_("make it smaller"),
        N_("Every agent's computer holds a copy of the knowledge base."),
    ),
    "KB304": Message(
        N_("the file is not listed under attachments in {entry}"),
        N_("list it there, or remove it"),
        N_("A file that no entry names is not reviewed and not found."),
    ),
    "KB305": Message(
        N_("{target} leads out of the knowledge base"),
        N_("put the file into the entry's folder and write <id>/<file>, or a full https:// address"),
        N_("What lies outside is not reviewed, and is not there on other computers."),
    ),
    "KB306": Message(
        N_("the type has no attachment kind {kind}"),
        N_("the kinds are: {known}"),
        N_("The template names the kinds of attachments (R37-R48)."),
    ),
    "KB307": Message(
        N_("the link leads to {id}, and there is no such entry"),
        N_("correct the link; `kbctl search` finds ids"),
        N_("A dead link costs an agent time while the customer waits."),
    ),
    "KB308": Message(
        N_("the link leads to {id}, which is not in force today ({state})"),
        N_("link to the entry that answers now, or remove the link"),
        N_("What has lapsed must not be read to a customer (R25)."),
    ),
    "KB310": Message(
        N_("the link leads to {target}, and there is no such file"),
        N_("correct the link, or add the file"),
        N_("A dead link costs an agent time while the customer waits."),
    ),
    "KB311": Message(
        N_("the address {target} is of a kind that is not allowed"),
        N_("use https://, mailto: or tel:"),
        N_("Other addresses can run programs when an agent clicks on them."),
    ),
    "KB401": Message(
        N_("{other} (“{title}”) answers the topic {topic} too, at the same time and for the same institution"),
        N_("withdraw one, or give them different topics, scopes or times"),
        N_("The knowledge base is the only standard: one answer for one topic (R1)."),
    ),
    "KB402": Message(
        N_("{key} is {value} here, but {other_value} in {other}"),
        N_("agree on the figure; the other one's source is {other_source}"),
        N_("A figure is the same wherever a customer hears it (R64)."),
    ),
    "KB403": Message(
        N_("{key} is {value} here, and {other_value} in {other}"),
        N_("nothing to do if the branch really differs"),
        N_("A branch may decide its own time limits and processes (R18, R64)."),
    ),
    "KB404": Message(
        N_("{key} is {value} under facts, and the text states no such figure"),
        N_("change the one that is out of date: the text, or the value under facts"),
        N_("Agents read the text, and other entries are compared with the facts: both say the same (R64)."),
    ),
    "KB501": Message(
        N_("the entry does not say: {element}"),
        N_("fill in the item that the template has for it"),
        N_("Documents, conditions, process, time limit and cautions are told at once (R33)."),
    ),
    "KB502": Message(
        N_("“{heading}” does not say how long it takes"),
        N_("state the time, for example 实时, 当日 or 3个工作日"),
        N_("What is handled within a time limit says so (R33, R34)."),
    ),
    "KB601": Message(
        N_("the rows are missing: {file}"),
        N_("add the file; its first line names the columns (`kbctl types {type}`)"),
        N_("An operating table keeps its rows in table.csv (R49)."),
    ),
    "KB602": Message(
        N_("the row cannot be read: {problem}"),
        N_("correct this line; a cell with a comma stands in double quotes"),
        N_("One broken row would shift every cell after it."),
    ),
    "KB603": Message(
        N_("the column {column} {problem}"),
        N_("`kbctl types {type}` lists the columns"),
        N_("Tables of all branches have the same columns, so that they can be put together (R49)."),
    ),
    "KB604": Message(
        N_("the key {key} stands on line {line} already"),
        N_("give each row a key of its own"),
        N_("A row is found, compared and updated by its key."),
    ),
    "KB605": Message(
        N_("the cell {column}: {problem}"),
        N_("correct the cell"),
        N_("Agents read these cells to customers, and reports compute with them (R49)."),
    ),
    "KB606": Message(
        N_("row {key} was last verified on {verified_on}, {days} days ago (at most {limit})"),
        N_("check the row with the outlet and update its day"),
        N_("Operating data is kept current, or customers complain (R20, R49)."),
    ),
    "KB607": Message(
        N_("row {key} was verified on {verified_on}, which lies in the future"),
        N_("correct the day"),
        N_("A day in the future would keep a stale row from being noticed (R20)."),
    ),
    "KB701": Message(
        N_("this looks like a resident id number: {masked}"),
        N_("remove it; examples use no real person's data"),
        N_("No customer data in the knowledge base (R65)."),
    ),
    "KB702": Message(
        N_("this looks like a bank card number: {masked}"),
        N_("remove it"),
        N_("No customer data in the knowledge base (R65)."),
    ),
    "KB703": Message(
        N_("this looks like a person's mobile number: {masked}"),
        N_("remove it, or register the person as a contact in kb/organization/"),
        N_("No customer data in the knowledge base (R65)."),
    ),
    "KB704": Message(
        N_("this looks like a person's e-mail address: {masked}"),
        N_("remove it, or register the person as a contact in kb/organization/"),
        N_("No customer data in the knowledge base (R65)."),
    ),
    "KB801": Message(
        N_("damaged characters: {found}"),
        N_("type the text again"),
        N_("Damaged text is read wrongly and not found (R72)."),
    ),
    "KB802": Message(
        N_("a pinyin gloss was left in the text: {found}"),
        N_("remove the gloss"),
        N_("Glosses come from scraped copies and break the search (R72)."),
    ),
    "KB803": Message(
        N_("traditional characters: {found}"),
        N_("write {better}"),
        N_("The knowledge base is written in simplified characters (R72)."),
    ),
    "KB804": Message(
        N_("width: {found}"),
        N_("write {better}; `kbctl fmt` does it where it is certain"),
        N_("Chinese punctuation is full-width, digits and letters are half-width (R72)."),
    ),
    "KB805": Message(
        N_("this bold text will show its asterisks: {found}"),
        N_("put a space or punctuation outside the asterisks, or leave them out"),
        N_("CommonMark does not render it beside Chinese characters."),
    ),
    "KB806": Message(
        N_("invisible character {found}"),
        N_("remove it; `kbctl fmt` does"),
        N_("Invisible characters hide text and keep it from being found."),
    ),
    "KB901": Message(
        N_("a suppression needs a code and a reason"),
        N_("write `<!-- kbctl: allow KB804 the reason -->`"),
        N_("A reviewer must see why a finding was waved through."),
    ),
    "KB902": Message(
        N_("{code} is unknown, or cannot be suppressed"),
        N_("see `kbctl rule` for the codes; KB0 and KB9 cannot be suppressed"),
        N_("A suppression that does nothing misleads the reviewer."),
    ),
    "KB903": Message(
        N_("the suppression of {code} suppresses nothing"),
        N_("remove the comment"),
        N_("Left behind, it would hide the next finding."),
    ),
    "KB910": Message(
        N_("the settings are not readable TOML: {problem}"),
        N_("correct the line; until then the defaults apply"),
        N_("The settings of the knowledge base are data that everyone can read (R8)."),
    ),
    "KB911": Message(
        N_("{key}: {reason}"),
        N_("correct the file; until then it is left out"),
        N_("Rules are data: schemas, organization, roles and settings are checked like entries (R8)."),
    ),
    "KB912": Message(
        N_("{reason}"),
        N_("correct the name, here or where it is declared"),
        N_("Schemas, organization and roles refer to one another (R8)."),
    ),
    "KB913": Message(
        N_("the file is missing"),
        N_("`kbctl init` shows what a knowledge base holds"),
        N_("Without it owners, contacts and scopes cannot be looked up (R5)."),
    ),
}

_BLANK = re.compile(r"\{+\w+\}+")
_NEAR = N_("did you mean {near}?")
# What can be added to a hint, by a finding's param ``more``.
_MORE = {
    "fmt": N_("`kbctl fmt` corrects it"),
    "fmt-empty": N_("`kbctl fmt` takes out columns and rows that are empty throughout"),
    "local": N_("put the picture or file into the entry's folder and write `<id>/<file>`"),
    "csv": N_("in Excel: File → Save As → “CSV UTF-8 (comma delimited)”"),
    "attachments": N_(
        "each file on a line of its own below `attachments:`, such as `  - {{file: {file}, kind: {kind}}}`; "
        "the kinds are: {known}"
    ),
}


def _sentences(code: str) -> Message:
    return APPROVAL[code] if code in APPROVAL else MESSAGES[code]


def why(code: str) -> str:
    """What the rule *code* is for, in the active language."""
    return _(_sentences(code).why)


def title(code: str) -> str:
    """What the rule *code* says, in the active language, with … for what a finding fills in; its reason where that is all."""
    said = blanks(code).text
    return said if any(char.isalnum() for char in said) else why(code).rstrip(".。")


def blanks(code: str) -> Message:
    """The sentences of *code* in the active language, with … for what a finding fills in."""
    sentences = _sentences(code)
    text, hint = (_BLANK.sub("…", _(template)) for template in (sentences.text, sentences.hint))
    return Message(text, hint, _(sentences.why))


def message(finding: Finding) -> str:
    """What is wrong, in the active language."""
    return _fill(_sentences(finding.code).text, _params(finding))


def hint(finding: Finding) -> str:
    """What to do about it, in the active language."""
    text = _fill(_sentences(finding.code).hint, _params(finding))
    if finding.params.get("more"):
        more = _fill(_MORE[finding.params["more"]], _params(finding))
        text = _("{hint}; {more}").format(hint=text, more=more)
    near = str(finding.params.get("near", ""))
    return _("{hint} ({near})").format(hint=text, near=_(_NEAR).format(near=near)) if near else text


def _params(finding: Finding) -> Mapping[str, Any]:
    params = {"subject": finding.subject, "path": finding.path, "type": "TYPE", **finding.params}
    called = params.get("titles", {}).get(language())
    if called:
        params["column"] = f"{called} ({params['column']})"
    if finding.code == "KB012" and params.get("problem") not in WORDS["problem"]:
        params["problem"] = "other-yaml"
    return params


def _fill(template: str, params: Mapping[str, Any]) -> str:
    plain = {name: _plain(value) for name, value in params.items()}
    for name, sentences in (*WORDS.items(), ("cause", APPROVAL_CAUSES)):
        sentence = sentences.get(plain.get(name, "\0"))
        if sentence is not None:
            plain[name] = _(sentence).format_map(_Lenient(plain))
    return _(template).format_map(_Lenient(plain))


class _Lenient(dict[str, str]):
    """Shows a field that has no value as itself: a report must not fail over one of its sentences."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return _(", ").join(str(part) for part in value)
    return str(value)
