"""The report of a failed run: what a planner reads first. Sent nowhere unless the environment names an address."""

import smtplib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

import httpx

from geodata.messages import sentence
from pipelines.resources import Reporting

TIMEOUT_S = 30.0
LINES = 40


def failure_report(run_id: str, *, tags: Mapping[str, str], message: str, steps: Sequence[tuple[str, str]]) -> str:
    """A report in Markdown: the run, its Stände, each failed step with its error."""
    shown = {k: v for k, v in sorted(tags.items()) if k.startswith("netzlage/") or "partition" in k}
    parts = [f"# {sentence('failure_title')}: {run_id}", "", message, ""]
    parts += [f"- {key}: {value}" for key, value in shown.items()]
    for key, error in steps:
        parts += ["", f"## {key}", "", *error.splitlines()[:LINES]]
    return "\n".join(parts) + "\n"


def send_report(text: str, to: Reporting) -> None:
    """Mail and post the report where `to` names an address. A failure to send is an error of the sensor that the planner sees."""
    if to.mail_to and to.smtp:
        host, _, port = to.smtp.partition(":")
        mail = EmailMessage()
        mail["Subject"] = text.splitlines()[0].removeprefix("# ")
        mail["From"], mail["To"] = to.mail_from or to.mail_to, to.mail_to
        mail.set_content(text)
        with smtplib.SMTP(host, int(port or 25), timeout=TIMEOUT_S) as server:
            server.send_message(mail)
    if to.post_url:
        httpx.post(to.post_url, json={"text": text}, timeout=TIMEOUT_S).raise_for_status()
