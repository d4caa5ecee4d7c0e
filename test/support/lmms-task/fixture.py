"""The fixture task of lmms-eval: a question about a video file, right if the reply contains the answer."""


def doc_to_visual(doc):
    return [doc["video"]]


def doc_to_messages(doc, lmms_eval_specific_kwargs=None):
    video = {"type": "video", "url": doc["video"]}
    return [{"role": "user", "content": [video, {"type": "text", "text": doc["question"]}]}]


def process_results(doc, results):
    return {"contains_answer": float(doc["answer"].lower() in results[0].lower())}
