"""Renders scenes: one shape that moves, grows, shrinks or stands still on a plain background.

Pictures are FRAMES x SIDE x SIDE RGB. A scene is square, 4:3 or 3:4. The shorter side is padded with black, as
Goldfish does for models that require square frames.
"""

import torch

SIDE = 32
FRAMES = 4
COLOURS = {
    "red": (220, 30, 30),
    "green": (30, 180, 40),
    "blue": (40, 70, 230),
    "yellow": (235, 220, 40),
    "purple": (150, 40, 200),
    "orange": (250, 140, 20),
    "white": (245, 245, 245),
    "cyan": (40, 220, 230),
}
SHAPES = ["circle", "square", "triangle"]
MOTIONS = ["moves left", "moves right", "moves up", "moves down", "stays still", "grows", "shrinks"]
BACKGROUNDS = {"black": (8, 8, 8), "gray": (110, 110, 110), "brown": (90, 60, 35)}

_colours = torch.tensor(list(COLOURS.values())).float()
_backgrounds = torch.tensor(list(BACKGROUNDS.values())).float()


def render(count):
    """Returns (frames, scenes, paths).

    frames: count x FRAMES x 3 x SIDE x SIDE floats 0..255. scenes: list of dicts of words.
    paths: count x FRAMES x 3, x and y of the shape's centre and its radius, each about -1..1."""
    rand = torch.rand
    colour = torch.randint(len(COLOURS), (count,))
    shape = torch.randint(len(SHAPES), (count,))
    motion = torch.randint(len(MOTIONS), (count,))
    background = torch.randint(len(BACKGROUNDS), (count,))

    # Path and size over time, in units of a 32 x 32 scene.
    time = torch.linspace(0, 1, FRAMES).view(1, FRAMES) + (rand(count, FRAMES) - 0.5) * 0.06
    radius = (4 + rand(count) * 3).view(count, 1).expand(count, FRAMES).clone()
    x = (8 + rand(count) * 16).view(count, 1).expand(count, FRAMES).clone()
    y = (8 + rand(count) * 16).view(count, 1).expand(count, FRAMES).clone()
    start = 16 + (rand(count, 1) - 0.5) * 4
    travel = (time - 0.5) * (9 + rand(count, 1) * 12)
    kind = motion.view(count, 1)
    x = torch.where(kind == 0, start - travel, x)
    x = torch.where(kind == 1, start + travel, x)
    y = torch.where(kind == 2, start - travel, y)
    y = torch.where(kind == 3, start + travel, y)
    gain = 4 + rand(count, 1) * 2
    radius = torch.where(kind == 5, 3 + time * gain, radius)
    radius = torch.where(kind == 6, 3 + (1 - time) * gain, radius)

    # The grid in scene units: a 4:3 or 3:4 scene is drawn at three quarters of the size.
    form = rand(count, 1, 1, 1)
    scale = torch.where(form < 0.6, torch.ones(1), torch.full((1,), 0.75))
    pixel = torch.arange(SIDE).float()
    across = (pixel.view(1, 1, 1, SIDE) - 15.5) / scale + 15.5
    down = (pixel.view(1, 1, SIDE, 1) - 15.5) / scale + 15.5
    wide = (form >= 0.6) & (form < 0.9)
    tall = form >= 0.9
    outside = (wide & ((down < -0.5) | (down > 31.5))) | (tall & ((across < -0.5) | (across > 31.5)))

    dx = across - x.view(count, FRAMES, 1, 1)
    dy = down - y.view(count, FRAMES, 1, 1)
    r = radius.view(count, FRAMES, 1, 1)
    circle = torch.sqrt(dx * dx + dy * dy) - r
    square = torch.maximum(dx.abs(), dy.abs()) - r * 0.9
    triangle = torch.maximum(dy - r * 0.8, dx.abs() * 0.894 - dy * 0.447 - r * 0.45)
    which = shape.view(count, 1, 1, 1)
    distance = torch.where(which == 0, circle, torch.where(which == 1, square, triangle))
    soft = 0.4 + rand(count, 1, 1, 1) * 0.5
    inside = torch.sigmoid(-distance / soft * 2).unsqueeze(2)

    ink = (_colours[colour] + (rand(count, 3) - 0.5) * 24).view(count, 1, 3, 1, 1)
    paper = (_backgrounds[background] + (rand(count, 3) - 0.5) * 14).view(count, 1, 3, 1, 1)
    frames = paper * (1 - inside) + ink * inside
    frames = frames + torch.randn(count, FRAMES, 3, SIDE, SIDE) * (rand(count, 1, 1, 1, 1) * 5)
    frames = torch.where(outside.unsqueeze(2), torch.zeros(1), frames)

    colour_names, background_names = list(COLOURS), list(BACKGROUNDS)
    scenes = [
        {
            "colour": colour_names[colour[i]],
            "shape": SHAPES[shape[i]],
            "motion": MOTIONS[motion[i]],
            "background": background_names[background[i]],
        }
        for i in range(count)
    ]
    paths = torch.stack([(x - 16) / 10, (y - 16) / 10, (radius - 5.5) / 2.5], -1)
    return frames.clamp(0, 255), scenes, paths
