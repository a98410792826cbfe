#!/usr/bin/env python3
"""Draws what race.py printed (standard input) as SVG (standard output)."""

import sys
from xml.sax.saxutils import escape

WIDTH, LEFT, BAR, GAP = 760, 250, 18, 8
OURS, PEERS, FLOOR, INK, LINE = "#0b6e4f", "#9aa5b1", "#d8dee6", "#1f2933", "#c3ccd6"


def main():
    speeds, limits = {}, []
    for raw in sys.stdin:
        fields = raw.rstrip("\n").split("\t")
        if fields[0] != "tool":
            continue
        work, peer, ours, theirs = fields[1], fields[2], float(fields[3]), float(fields[4])
        parts = work.split("/")
        if parts[1] in ("seal", "open"):
            panel = speeds.setdefault(f"{parts[1]} {parts[2]}", ({}, {}))
            size = int(parts[2][:-3]) * {"MiB": 2**20, "GiB": 2**30}[parts[2][-3:]]
            panel[0][f"secenv, {parts[3]}"] = size / ours * 1e9 / 2**20
            panel[1][peer] = size / theirs * 1e9 / 2**20
        else:
            limits.append((work, ours / theirs, f"{ours / 1e6:.2f} of {theirs / 1e6:g} ms"))
    print(drawn(speeds, limits))


class Page:
    def __init__(self):
        self.parts, self.y = [], 16

    def text(self, x, content, anchor="start", weight="normal"):
        style = f'text-anchor="{anchor}" font-weight="{weight}"'
        self.parts.append(f'<text x="{x}" y="{self.y + 13}" {style}>{escape(content)}</text>')

    def title(self, content):
        self.y += 12
        self.text(16, content, weight="bold")
        self.y += BAR + GAP

    def bar(self, name, share, label, colour):
        long = max(1, share * (WIDTH - LEFT - 130))
        self.text(LEFT - 10, name, "end")
        self.parts.append(f'<rect x="{LEFT}" y="{self.y}" width="{long:.1f}" height="{BAR}" fill="{colour}"/>')
        self.text(round(LEFT + long + 6, 1), label)
        self.y += BAR + GAP


def drawn(speeds, limits):
    page = Page()
    for name, (ours, peers) in speeds.items():
        page.title(f"{name}: MiB a second, files in memory")
        most = max([*ours.values(), *peers.values()])
        for contenders, colour in ((ours, OURS), (peers, PEERS)):
            for each, speed in contenders.items():
                page.bar(each, speed / most, f"{speed:.0f}", FLOOR if each == "cp" else colour)
    page.title("how much of its limit each takes")
    for name, share, label in limits:
        page.bar(name, min(share, 1.1), label, OURS)
    edge = f'<line x1="{LEFT}" y1="16" x2="{LEFT}" y2="{page.y}" stroke="{LINE}"/>'
    style = f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {page.y + 16}" role="img" {style}>',
        "<title>Sealing and opening a large document, and what small work takes of its limits</title>",
        f'<rect width="{WIDTH}" height="{page.y + 16}" fill="#ffffff"/>', *page.parts, edge, "</svg>"])


main()
