"""Asks `goldfish serve --openai` with OpenAI's own client: BASE_URL VIDEO_URL QUESTION. Prints one JSON document."""

import json
import sys

from openai import OpenAI

base_url, video, question = sys.argv[1:4]
client = OpenAI(base_url=base_url, api_key="none", max_retries=0)
messages = [
    {
        "role": "user",
        "content": [
            {"type": "video_url", "video_url": {"url": video}},
            {"type": "text", "text": question},
        ],
    }
]
whole = client.chat.completions.create(model="goldfish", messages=messages, max_tokens=64, temperature=0)
stream = client.chat.completions.create(model="goldfish", messages=messages, stream=True)
pieces = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
print(
    json.dumps(
        {
            "models": [model.id for model in client.models.list()],
            "answer": whole.choices[0].message.content,
            "finish": whole.choices[0].finish_reason,
            "streamed": "".join(pieces),
        }
    )
)
