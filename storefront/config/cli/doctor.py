import argparse
import json
from dataclasses import asdict

from storefront.config.doctor import Finding, examine
from storefront.config.stack.state import State


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "doctor", description="Check every part. The exit code is the number of problems."
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    findings = examine(State.here())
    problems = sum(finding.verdict == "problem" for finding in findings)
    if args.json:
        told = {"problems": problems, "findings": [asdict(finding) for finding in findings]}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(_line(finding))
        print(f"\n문제 / problems: {problems}")
    return min(problems, 100)


def _line(finding: Finding) -> str:
    mark = {"ok": "✓", "note": "·", "problem": "✗"}[finding.verdict]
    advice = f"\n      → {finding.advice}" if finding.advice else ""
    return f"  {mark} {finding.part:<18} {finding.fact}{advice}"
