"""What an assistant counts, and how a Prometheus page says it."""

import threading

BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10]
PROMPT, COMPLETION = 3000, 300  # tokens of a question: instructions and documents, and the answer
# As prices.yaml has them, a third of the prompt at half price, at 0.92 EUR for a dollar.
EUR_PER_TOKEN = {"prompt": 2.108e-6, "completion": 10.12e-6}


class Histogram:
    """Durations in cumulative buckets."""

    def __init__(self):
        self.buckets, self.sum, self.count = [0] * len(BUCKETS), 0.0, 0

    def add(self, seconds):
        self.sum += seconds
        self.count += 1
        for index, limit in enumerate(BUCKETS):
            self.buckets[index] += seconds <= limit

    def lines(self, name, labels):
        for limit, count in [*zip(BUCKETS, self.buckets), ("+Inf", self.count)]:
            yield f'{name}_bucket{{{labels},le="{limit}"}} {count}'
        yield f"{name}_sum{{{labels}}} {self.sum:.6f}"
        yield f"{name}_count{{{labels}}} {self.count}"


class Numbers:
    """The counters of one assistant. Cheap, and safe from many threads."""

    def __init__(self, region):
        self.lock, self.region = threading.Lock(), region
        self.seconds, self.questions, self.errors = Histogram(), 0, 0
        self.tokens = dict.fromkeys(EUR_PER_TOKEN, 0.0)
        self.stores = {}

    def add(self, seconds, good, store, weight, dearer=1):
        """One question. `weight` says for how many real ones it stands; only those cost anything."""
        with self.lock:
            self.seconds.add(seconds)
            self.questions += 1
            self.errors += not good
            self.tokens["prompt"] += PROMPT * weight * dearer
            self.tokens["completion"] += COMPLETION * weight * dearer
            if store:
                self.stores[store] = self.stores.get(store, 0) + 1

    def page(self):
        region = f'region="{self.region}"'
        with self.lock:
            cost = sum(self.tokens[kind] * price for kind, price in EUR_PER_TOKEN.items())
            lines = ["# TYPE assistant_response_seconds histogram"]
            lines += self.seconds.lines("assistant_response_seconds", region)
            lines += ["# TYPE assistant_questions_total counter", f"assistant_questions_total{{{region}}} {self.questions}"]
            lines += ["# TYPE assistant_errors_total counter", f"assistant_errors_total{{{region}}} {self.errors}"]
            lines += ["# TYPE assistant_tokens_total counter"]
            lines += [f'assistant_tokens_total{{{region},kind="{k}"}} {v:.3f}' for k, v in self.tokens.items()]
            lines += ["# TYPE assistant_cost_euros_total counter", f"assistant_cost_euros_total{{{region}}} {cost:.9f}"]
            lines += ["# TYPE assistant_store_questions_total counter"]
            lines += [f'assistant_store_questions_total{{{region},store="{s}"}} {n}' for s, n in sorted(self.stores.items())]
        return "\n".join([*lines, ""])
