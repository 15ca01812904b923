"""What each code of the approval flow says to people."""

from __future__ import annotations

from collections.abc import Mapping

from kbctl.i18n import N_
from kbctl.output.sentences import Message

APPROVAL_CAUSES: Mapping[str, str] = {
    "unreadable": N_("the file cannot be read, or was edited by hand"),
    "number": N_("number, day and department do not fit together"),
    "name": N_("a name in it is not that of the contact"),
    "decision-lost": N_("a decision was taken out of it"),
    "decision-from-elsewhere": N_("it holds a decision that was not made for this change"),
    "timely": N_("whether it was submitted in time is not what the calendar says"),
    "changes": N_("the items that it lists are not those that changed"),
    "returned": N_("it was returned to the department"),
    "recalled": N_("the department has recalled it"),
    "undecided": N_("nobody has accepted exactly this content as {roles}"),
    "unknown": N_("kb/organization/ on the base has no such contact in {department_name}"),
    "left": N_("the person did not hold the post on that day"),
    "no-role": N_("kb/roles.yaml on the base does not say so"),
    "content": N_("it should be somebody of {name}"),
    "decision": N_("it should be {name}, whose decision it records"),
    "validity-only": N_("of others' entries only valid_until, review_by and withdrawn may be changed"),
    "transfer-changes": N_("an entry that goes over to another department keeps its text and its files"),
    "mixed": N_("entries and settings are submitted separately"),
    "other-kind": N_("it says {kind}, but what changed makes it {fitting}"),
}

APPROVAL: Mapping[str, Message] = {
    "KB951": Message(
        N_("{subject} was changed, and no submission covers it"),
        N_("take the change back and submit it: `kbctl submit`"),
        N_("Nothing enters the knowledge base without a submission by its owner (R9, R52)."),
    ),
    "KB952": Message(
        N_("the intake notice is not usable: {cause}"),
        N_("submit again with `kbctl submit`; notices are written by kbctl alone"),
        N_("The notice is the record of who submitted what, when, and who decided (R52, R68)."),
    ),
    "KB953": Message(
        N_("the intake notice of {number} was changed or removed after it was published"),
        N_("restore it as it was: `git checkout BASE -- FILE`"),
        N_("A record that can be rewritten is no record (R68)."),
    ),
    "KB954": Message(
        N_("the content is not what was submitted as {number}: it was edited afterwards"),
        N_("the department hands it in again: `kbctl submit --resubmit {number}`; an earlier decision is void"),
        N_("A decision holds for exactly what the reviewer saw (R9, R68)."),
    ),
    "KB955": Message(
        N_("{number} is not accepted: {cause}"),
        N_("a reviewer decides: `kbctl review accept {number} --opinion TEXT`"),
        N_("What is published was accepted by the managing department, and by whom else its type demands (R9, R22)."),
    ),
    "KB956": Message(
        N_("{name} decided on what they submitted themselves, or decided twice"),
        N_("another reviewer decides"),
        N_("Four eyes see everything that is published (R9, R66)."),
    ),
    "KB957": Message(
        N_("{name} may not decide as {role}: {cause}"),
        N_("a reviewer named there decides"),
        N_("Who reviews is laid down by what is published, not by the change that is reviewed (R9, R27)."),
    ),
    "KB958": Message(
        N_("{department} may not change what belongs to {owner}"),
        N_(
            "take your change back with `kbctl restore {path}`; the owner submits it, and a transfer between departments "
            "is submitted by an administrator"
        ),
        N_("A department answers for its own entries, and for no others (R27, R66)."),
    ),
    "KB959": Message(
        N_("a department of {branch} may write for that branch only, and the scope is {scope}"),
        N_("set `scope: [{branch}]`"),
        N_("A branch owns only entries scoped to itself (R18)."),
    ),
    "KB960": Message(
        N_("the entry was deleted"),
        N_("put it back with `kbctl restore {path}`; to take it out of service: `kbctl withdraw ID --reason TEXT`"),
        N_("Entries are withdrawn, reviewed and on record; nothing is silently deleted (R69)."),
    ),
    "KB961": Message(
        N_("{contact} may not change settings, organization, schemas or templates"),
        N_("an administrator named in kb/roles.yaml on the base submits it"),
        N_("The rules of the knowledge base are changed by those whom it names for that (R27, R66)."),
    ),
    "KB962": Message(
        N_("this does not fit the kind of submission: {cause}"),
        N_("submit the parts by themselves: `kbctl submit PATH...`"),
        N_("Each kind of submission touches one kind of thing, so that it is reviewed as such (R27)."),
    ),
    "KB963": Message(
        N_("the submitter {name} cannot be the submitter: {cause}"),
        N_("somebody who holds the post in the owning department submits it"),
        N_("Every change is a person's, of the department that owns it (R13, R68)."),
    ),
    "KB964": Message(
        N_("commit {commit} was written by {email}: {cause}"),
        N_(
            "submit and decide under your own address: git config --global user.email NAME@BANK; a squash has one author for "
            "all: hand in the commits themselves, and merge them without squashing"
        ),
        N_("Every change is a commit with a person (R68)."),
    ),
    "KB965": Message(
        N_("commit {commit} bears no good signature of {name}"),
        N_(
            "sign commits: git config commit.gpgsign true; the address of the key is one of the contact's git_emails, and "
            "this machine trusts the key (gpg.ssh.allowedSignersFile)"
        ),
        N_("A git author is a name that anybody can write; a signature proves it (R68)."),
    ),
    "KB966": Message(
        N_(
            "commit {commit} holds content and decision at once, as a squash does: who decided rests on the notice alone"
        ),
        N_("merge or rebase on the forge instead of squashing, so that the names stay"),
        N_("Every change is a commit with a person and a reviewer (R68)."),
    ),
    "KB967": Message(
        N_("{subject} is hidden, executable or no plain file, and so no part of the knowledge base"),
        N_("take it off the branch; an attachment is a plain file whose name begins with neither `.` nor `~$`"),
        N_("A decision holds for what the reviewer is shown, and nothing else comes along with it (R9, R68)."),
    ),
    "KB968": Message(
        N_("{subject} was changed on the base too since the change began: merged, it would be a text nobody reviewed"),
        N_(
            "put the change onto what is published and hand it in again: `kbctl sync`, then `kbctl submit --resubmit NUMBER`"
        ),
        N_("A decision holds for exactly what the reviewer saw (R9, R68)."),
    ),
    "KB969": Message(
        N_("from {day} on {later} answers, and this submission does not change it"),
        N_("if the change is meant to last, make it in {later} too, and submit both"),
        N_(
            "A version that takes effect later replaces the text of today, and what was changed in that alone is lost (R1, R4)."
        ),
    ),
}
