"""Transcribes sounds of at most 30 s with faster-whisper on one thread, greedily and in 8 bits.

Usage: faster-whisper.py MODEL SOUND... (raw 32-bit floats, 16 kHz) -> processor seconds and then the text on stdout;
exit code 3 where the library is missing.
"""
import sys
import time

try:
    import numpy
    from faster_whisper import WhisperModel
except ImportError:
    sys.exit(3)

model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)


def transcribe(path):
    samples = numpy.fromfile(path, dtype=numpy.float32)
    segments, _ = model.transcribe(samples, beam_size=1, temperature=0, condition_on_previous_text=False)
    return " ".join(segment.text.strip() for segment in segments)


transcribe(sys.argv[2])
seconds = []
for _ in range(3):
    started = time.process_time()
    texts = [transcribe(path) for path in sys.argv[2:]]
    seconds.append(time.process_time() - started)
print(min(seconds))
print(" ".join(texts))
