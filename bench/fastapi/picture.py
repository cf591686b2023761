"""The pings of each way as a time line, in SVG, readable on a light and on a dark page."""
import math
from xml.sax.saxutils import escape

WIDTH = 760
LEFT = 64
RIGHT = 16
TOP = 62
PANEL = 78
BETWEEN = 30
BOTTOM = 44
LEAST = 0.0003  # seconds, at the bottom of a panel
MOST = 4.0
GRID = ((0.001, "1 ms"), (0.01, "10 ms"), (0.1, "100 ms"), (1.0, "1 s"))

STYLE = """
  text { font: 12px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .panel { font-weight: 600; }
  .faint { fill: #57606a; font-size: 11px; }
  .page { fill: #ffffff; }
  .busy { fill: #f0f2f5; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .theirs { fill: #bc4c00; } .ours { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .faint { fill: #9198a1; }
    .page { fill: #0d1117; }
    .busy { fill: #1c232c; }
    .grid { stroke: #343b44; }
    .theirs { fill: #f0883e; } .ours { fill: #58a6ff; }
  }
"""


def nice_step(span):
    """Of an axis with some six marks."""
    return next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 1e9) if span / step <= 8)


class Axes:
    def __init__(self, bursts):
        self.begin = min(each.pings[0].planned for each in bursts)
        self.end = max(each.pings[-1].planned for each in bursts)

    def x(self, when):
        return LEFT + (when - self.begin) / (self.end - self.begin) * (WIDTH - LEFT - RIGHT)

    @staticmethod
    def y(took):
        share = math.log(min(max(took, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
        return PANEL * (1 - share)


def panel(title, burst, axes, of_pinion):
    busy_from, busy_to = axes.x(0), axes.x(burst.total)
    lines = [f'<text class="panel" x="{LEFT}" y="-8">{escape(title)}</text>',
             f'<text class="faint" x="{WIDTH - RIGHT}" y="-8" text-anchor="end">all answered after {burst.total:.2f} s; '
             f'the slowest ping took {duration(max(burst.busy(), default=0))}</text>',
             f'<rect class="busy" x="{busy_from:.1f}" y="0" width="{busy_to - busy_from:.1f}" height="{PANEL}"/>']
    for value, label in GRID:
        y = axes.y(value)
        lines += [f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>',
                  f'<text class="faint" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>']
    dots = "".join(f'<circle cx="{axes.x(each.planned):.1f}" cy="{axes.y(each.took):.1f}" r="1.8"/>'
                   for each in burst.pings)
    return lines + [f'<g class="{"ours" if of_pinion else "theirs"}">{dots}</g>']


def duration(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def time_axis(axes):
    step = nice_step(axes.end - axes.begin)
    marks = range(math.ceil(axes.begin / step), math.floor(axes.end / step) + 1)
    lines = [f'<text class="faint" x="{axes.x(i * step):.1f}" y="14" text-anchor="middle">{i * step:g} s</text>'
             for i in marks]
    return lines + [f'<text class="faint" x="{(LEFT + WIDTH - RIGHT) / 2}" y="32" text-anchor="middle">when the ping was '
                    'due, from when the requests were sent; shaded: until all of them were answered</text>']


def draw(ways, requests):
    """Of (title, burst) each."""
    axes = Axes([burst for _, burst in ways])
    height = TOP + len(ways) * (PANEL + BETWEEN) - BETWEEN + BOTTOM + 12
    title = f"How long a ping takes while {requests} requests compute"
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
             'role="img">', f"<title>{title}</title>", f"<style>{STYLE}</style>",
             f'<rect class="page" width="{WIDTH}" height="{height}"/>',
             f'<text class="title" x="{LEFT}" y="26">{title}</text>',
             f'<text class="faint" x="{WIDTH - RIGHT}" y="26" text-anchor="end">time to its answer, logarithmic</text>']
    for i, (name, burst) in enumerate(ways):
        lines += [f'<g transform="translate(0 {TOP + i * (PANEL + BETWEEN)})">',
                  *panel(name, burst, axes, name == "pinion"), "</g>"]
    lines += [f'<g transform="translate(0 {height - BOTTOM - 8})">', *time_axis(axes), "</g>", "</svg>"]
    return "\n".join(lines) + "\n"
