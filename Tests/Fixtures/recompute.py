"""The forecast of a runbook computed a second time, from its files alone: store by store, hour by hour, question by question,
and the burst second by second. It shares no formula and no shortcut with the program: no classes of stores, no groups of
questions, no interpolation, no log-normal inverse, no Erlang recursion.

    recompute.py FOLDER WAVES    WAVES: JSON of the plan: [{"stores": [id…], "first": date, "last": date, "ends": seconds}…]

Prints figures, the needs of components and the waves as JSON: of the model as it is, and under each of its scenarios.
"""
import csv
import datetime
import json
import math
import pathlib
import re
import sys
import zoneinfo

MONTH = 730 * 3600.0


# The part of YAML that these files use.

def scalar(text):
    text = text.strip()
    return text[1:-1] if text[:1] in "\"'" and text[:1] == text[-1:] else text


def flow(text):
    """A value between braces or brackets, or a plain one."""
    def item(at):
        while text[at].isspace():
            at += 1
        if text[at] in "{[":
            closing, at, found = {"{": "}", "[": "]"}[text[at]], at + 1, []
            while True:
                while text[at] in " ,\n":
                    at += 1
                if text[at] == closing:
                    return (dict(found) if closing == "}" else found), at + 1
                value, at = item(at)
                if closing == "}":
                    while text[at] in " :":
                        at += 1
                    inner, at = item(at)
                    value = (value, inner)
                found.append(value)
        if text[at] in "\"'":
            end = text.index(text[at], at + 1)
            return text[at + 1:end], end + 1
        end = at
        while end < len(text) and text[end] not in ",}]" and not (text[end] == ":" and text[end + 1:end + 2] == " "):
            end += 1
        return text[at:end].strip(), end
    return item(0)[0] if text[:1] in "{[" else scalar(text)


def without_comment(line):
    if line.lstrip().startswith("#"):
        return ""
    return re.sub(r"\s#\s.*$", "", line).rstrip()


def read_yaml(path):
    lines = [line for line in map(without_comment, path.read_text().splitlines()) if line.strip()]
    at = 0

    def depth(line):
        return len(line) - len(line.lstrip())

    def value_of(text, indent):
        nonlocal at
        if text in (">-", ">", "|"):
            words = []
            while at < len(lines) and depth(lines[at]) > indent:
                words.append(lines[at].strip())
                at += 1
            return " ".join(words)
        if text:
            while text.count("{") + text.count("[") > text.count("}") + text.count("]"):
                text += " " + lines[at].strip()
                at += 1
            return flow(text)
        if at < len(lines) and (depth(lines[at]) > indent or lines[at].lstrip().startswith("- ")):
            return block(depth(lines[at]))
        return None

    def block(indent):
        nonlocal at
        found = None
        while at < len(lines) and depth(lines[at]) == indent:
            line = lines[at].strip()
            if line[:1] in "{[" and found is None:
                at += 1
                return value_of(line, indent)
            at += 1
            if line.startswith("- "):
                found = [] if found is None else found
                found.append(value_of(line[2:].strip(), indent))
                continue
            found = {} if found is None else found
            key, _, rest = line.partition(":")
            found[scalar(key)] = value_of(rest.strip(), indent)
        return found

    return block(0)


# Numbers with units: the middle of what was written.

TIMES = {"ms": 0.001, "s": 1, "min": 60, "m": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400, "days": 86400,
         "week": 604800, "weeks": 604800, "month": MONTH, "months": MONTH}
SIZES = {"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}


def unit_of(text):
    return text[re.match(r"[\d.]*", text).end():].strip()


def number(text, standard=0.0):
    if text is None:
        return standard
    text = str(text)
    digits = re.match(r"[\d.]*", text).group()
    parts = [float(part) for part in digits.rstrip(".").split("..")]
    middle = (parts[0] + parts[1]) / 2 if len(parts) == 2 else parts[len(parts) // 2]
    thing, _, time = unit_of(text).partition("/")
    thing = thing.strip()
    factor = 0.01 if thing == "%" else TIMES.get(thing, SIZES.get(thing, 1))
    return middle * factor / (TIMES[time.strip()] if time.strip() else 1)


# The model.

class Model:
    def __init__(self, folder):
        self.text = read_yaml(folder / "forecast.yaml")
        self.prices = read_yaml(folder / "prices.yaml")["prices"]
        runbook = read_yaml(folder / "runbook.yaml")
        self.zone = runbook.get("zone", "UTC")
        self.starts = datetime.date.fromisoformat(runbook["starts"])
        with open(folder / "stores.csv", newline="") as file:
            self.stores = list(csv.DictReader(file))

    def under(self, scenario):
        """The same model with the numbers of a scenario."""
        import copy
        changed = copy.deepcopy(self)
        for path, value in (scenario.get("set") or {}).items():
            parts = path.split(".")
            place = {"prices": changed.prices}.get(parts[0]) if parts[0] == "prices" else changed.text
            parts = parts[1:] if parts[0] == "prices" else parts
            for part in parts[:-1]:
                place = next(each for each in place if each["id"] == part) if isinstance(place, list) else place[part]
            old = place.get(parts[-1], "1")
            if value[0] == "x":
                middle = number(re.match(r"[\d.]*", old).group()) * float(value[1:])
                value = f"{middle!r} {unit_of(old)}".strip()
            place[parts[-1]] = value
        if "cells" in scenario:
            changed.text["cells"] = scenario["cells"]
        if "residency" in scenario:
            changed.text["residency"] = scenario["residency"]
        changed.lost = scenario.get("lost", [])
        return changed

    lost = []

    def as_built(self, folder):
        """The scenario without the locations that the regions of the runbook do not have."""
        cells = dict(self.text["cells"])
        with open(folder / "regions.csv", newline="") as file:
            there = {row[cells["built"]["by"]] for row in csv.DictReader(file)}
        cells["places"] = {name: place | {"locations": [each for each in place["locations"] if each in there]}
                           for name, place in cells["places"].items()}
        return {"cells": cells}

    @property
    def load(self):
        return self.text["load"]

    def price(self, name):
        """The price of one in the model's currency, in a second where it is by time; and that time."""
        line = self.prices[name]
        amount, _, currency = line["price"].partition(" ")
        rate = 1.0 if currency == self.text.get("currency", "EUR") else number(self.text["rates"][currency])
        words = str(line["per"]).split(" ")
        per, time = 1.0, None
        if words[-1] in TIMES:
            time = TIMES[words.pop()]
        if words:
            per = number(" ".join(words)) if words[0][0].isdigit() else number("1 " + " ".join(words))
        return number(amount) * rate / per / (time or 1)

    def takings(self):
        return {name: (of, amount) for of, group in (self.text.get("takes") or {}).items()
                for name, amount in group.items()}


def noon_offset(zone, day):
    at = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.timezone.utc)
    return at.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset().total_seconds()


class Moment:
    """The model for some live stores: each with the share to which it has been taken up."""

    def __init__(self, model, live, day=None, everybody_bursts=False):
        self.model, self.day = model, day
        load = model.load
        self.adopted = live
        self.stores = [store for store in model.stores if store["id"] in live]
        places = (model.text.get("cells") or {}).get("places")
        self.by = (model.text.get("cells") or {}).get("by")
        self.places = places or {"": {"locations": ["one"]}}
        self.cells = [name for name in self.places if name not in model.lost]
        elapsed = max(0, (day - model.starts).days) * 86400 if day else 0
        self.months = elapsed / MONTH
        self.each = number(load["questions"]) * number(load.get("surge"), 1) * self.grown(load.get("growth"))
        self.served = {}
        for store in self.stores:
            home = store[self.by] if self.by else ""
            self.served[store["id"]] = home if home in self.cells else self.refuge(store)
        week = [float(day) for day in load.get("week", [1] * 7)]
        busiest = max(week) / (sum(week) / 7)
        self.saved = {}
        self.mean = self.flows(1.0)
        calls = sum(row[2] for cell in self.cells for row in self.mean[cell])
        # What caches save of amounts while the questions go on: the part of a mean day's calls that they know.
        self.kept = {}
        for cache in model.text.get("caches") or []:
            for name in cache.get("saves", []):
                part = self.saved.get(cache["id"], 0.0) / calls if calls else 0.0
                self.kept[name] = self.kept.get(name, 1.0) * (1 - part)
        self.busy = self.flows(busiest)
        self.all_users = sum(self.users(store) for store in model.stores)
        self.everybody_bursts = everybody_bursts

    def grown(self, text):
        return (1 + number(text) * MONTH) ** self.months if text else 1.0

    def refuge(self, store):
        rule = self.model.text.get("residency")
        allowed = rule["zones"].get(store[rule["by"]]) if rule else None
        for cell in self.cells:
            if allowed is None or self.places[cell].get("zone") in allowed:
                return cell
        return None

    def users(self, store):
        named = self.model.load["users"]
        return number(named) if named[:1].isdigit() else float(store[named])

    def stock(self, name, store):
        rule = self.model.load["stocks"][name]
        each = float(store[rule["column"]]) if "column" in rule else number(rule["each"])
        return each * number(rule.get("times"), 1) * self.grown(rule.get("growth"))

    def flows(self, weekday):
        """By cell, for each hour of UTC: [asked, hits, calls] in a second."""
        load = self.model.load
        steady = number(load.get("steady"))
        profile = [float(part) for part in load.get("profile", [1] * 24)]
        profile = [part / sum(profile) for part in profile]
        day = self.day or self.model.starts
        offsets = {}
        found = {cell: [[steady, 0.0, steady] for _ in range(24)] for cell in self.cells}
        for hour in range(24):
            asking = {}
            for store in self.stores:
                if self.served[store["id"]] is None:
                    continue
                zone = store.get("zone") or self.model.zone
                if zone not in offsets:
                    offsets[zone] = noon_offset(zone, day)
                minutes = (hour * 60 + offsets[zone] / 60) % 1440
                local, rest = int(minutes // 60), minutes % 60 / 60
                share = profile[local] * (1 - rest) + profile[(local + 1) % 24] * rest
                asking[store["id"]] = (self.users(store) * self.adopted[store["id"]] * self.each * weekday * 24 * share)
            left = self.behind_caches(asking)
            for store in self.stores:
                cell = self.served[store["id"]]
                if cell is None:
                    continue
                row = found[cell][hour]
                row[0] += asking[store["id"]]
                row[1] += asking[store["id"]] - left[store["id"]]
                row[2] += left[store["id"]]
        return found

    def behind_caches(self, asking):
        left = dict(asking)
        for cache in self.model.text.get("caches") or []:
            if "saves" in cache:
                self.saved[cache["id"]] = self.saved.get(cache["id"], 0.0) + self.known(cache, asking, left)
            elif "hits" in cache:
                left = {store: rate * (1 - number(cache["hits"])) for store, rate in left.items()}
            elif "recall" in cache:
                part = number(cache["recall"]) * number(cache["paraphrases"])
                left = {store: rate * (1 - part) for store, rate in left.items()}
            else:
                shared = {}
                where = {}
                for store in self.stores:
                    if store["id"] in left:
                        # A cache lies in the cell that the store belongs to.
                        key = (store[self.by] if self.by else "", *(store[column] for column in cache.get("by", [])))
                        where[store["id"]] = key
                        shared[key] = shared.get(key, 0) + left[store["id"]]
                hits = {key: zipf_hits(cache, rate) for key, rate in shared.items()}
                left = {store: rate * (1 - hits[where[store]]) for store, rate in left.items()}
        return left

    def known(self, cache, asking, left):
        """How many of the questions that are left a cache knows: what it would know alone, less what was answered."""
        if "hits" in cache:
            return sum(left.values()) * number(cache["hits"])
        if "recall" in cache:
            return sum(left.values()) * number(cache["recall"]) * number(cache["paraphrases"])
        before, after = {}, {}
        for store in self.stores:
            if store["id"] in left:
                key = (store[self.by] if self.by else "", *(store[column] for column in cache.get("by", [])))
                before[key] = before.get(key, 0) + asking[store["id"]]
                after[key] = after.get(key, 0) + left[store["id"]]
        return sum(max(0.0, rate * zipf_hits(cache, rate) - (rate - after[key])) for key, rate in before.items())

    def lying(self, name, cell):
        here = [store for store in self.stores if self.served[store["id"]] == cell]
        if name == "users":
            return sum(map(self.users, here))
        return float(len(here)) if name == "targets" else sum(self.stock(name, store) for store in here)

    def burst(self, cells):
        if "burst" not in self.model.load:
            return 0.0
        rate = number(self.model.load["burst"]["rate"]) * number(self.model.load.get("surge"), 1)
        if self.everybody_bursts:
            part = sum(self.users(store) for store in self.model.stores if store[self.by] in cells)
        else:
            part = sum(self.lying("users", cell) for cell in cells)
        return rate * part / self.all_users

    # Components.

    def locations(self, cell):
        named = self.places[cell]["locations"]
        return 1 if not self.by else 1 if isinstance(named, str) else len(named)

    def parts(self, component):
        """The cells that one load of a component stands for, with its name and the number of its locations."""
        if component.get("per") == "all":
            return [("", self.cells, 1)]
        if component.get("pool") == "zone" and self.by:
            zones = {}
            for cell in self.cells:
                zones.setdefault(self.places[cell].get("zone", cell), []).append(cell)
            return [(f" in {cells[0]}" if len(cells) == 1 else f" in zone {zone}", cells, 1)
                    for zone, cells in zones.items()]
        return [(f" in {cell}" if self.by else "", [cell], self.locations(cell)) for cell in self.cells]

    def taken(self, name, is_cold=False):
        return number(self.model.takings()[name][1]) * (1.0 if is_cold else self.kept.get(name, 1.0))

    def unit_need(self, need, rates, cells, factor, is_cold=False):
        """The units that a need asks for at rates [asked, hits, calls]."""
        takings = self.model.takings()
        names = need.get("takes")
        names = [names] if isinstance(names, str) else names
        of = takings[names[0]][0] if names else need["of"]
        if of in ("questions", "hits", "calls"):
            count = rates[("questions", "hits", "calls").index(of)] * factor
        else:
            count = sum(self.lying(of, cell) for cell in cells)
        if "slots" in need:
            busy = count * number(takings[need["holds"]][1])
            return fewest_servers(busy, number(need.get("waits"), 0.01)) / number(need["slots"])
        amount = sum(self.taken(name, is_cold) for name in names) if names else 1
        return count * amount / number(need["carries"])

    def whole_units(self, component, need):
        wanted = max(int(component.get("least", 1)), math.ceil(need - 1e-12) + (int(component.get("spare", 0)) if need else 0))
        step = int(component.get("step", 1))
        return math.ceil(wanted / step) * step

    def sized(self, component):
        """For each load of a component: its name, need, units, locations, and the units that are paid in the mean."""
        load = self.model.load
        peak = number(load.get("peak"), 1)
        rows = []
        for name, cells, locations in self.parts(component):
            part = 1 / max(1, locations - 1)
            day = [[sum(self.busy[cell][hour][flow] for cell in cells) for hour in range(24)] for flow in range(3)]
            fullest = [max(flow) for flow in day]
            burst = self.burst(cells)
            need = 0.0
            for each in component.get("needs") or []:
                at_peak = self.unit_need(each, fullest, cells, part * peak)
                # A seller who counts by the minute sees the burst as a part of its minute.
                time = unit_of(each.get("carries", "/s")).partition("/")[2].strip()
                window = TIMES.get(time, 1)
                share = min(1, number((load.get("burst") or {}).get("lasts")) / window)
                need = max(need, at_peak, self.unit_need(each, [burst, 0, burst], cells, part * share, True))
            partitions = 1
            if "partitions" in component:
                rule = component["partitions"]
                wanted = max(self.unit_need(each, fullest, cells, part * peak) for each in rule["needs"])
                partitions = next((size for size in map(int, rule["sizes"]) if size >= wanted), math.ceil(wanted))
            units = self.whole_units(component, need)
            floor = number(component.get("billed_from")) * number(component.get("most"))
            paid = self.paid(component, cells, locations, units, floor, range(24), False) * partitions
            rows.append((name, need, units, locations, paid, partitions, cells, floor))
        return rows

    def paid(self, component, cells, locations, units, floor, hours, is_cold):
        if component.get("scales") != "true":
            return max(units, floor)
        peak = number(self.model.load.get("peak"), 1)
        sums = []
        for hour in hours:
            rates = [sum(self.mean[cell][hour % 24][flow] for cell in cells) for flow in range(3)]
            if is_cold:
                rates = [rates[0], 0.0, rates[0]]
            need = max([self.unit_need(each, rates, cells, peak / locations, is_cold) for each in component.get("needs") or []] + [0])
            sums.append(max(floor, self.whole_units(component, need)))
        return sum(sums) / len(sums)

    def each_price(self, line, is_cold=False):
        """What one of what a line counts costs."""
        takings = self.model.takings()
        price = self.model.price(line["price"])
        of = line.get("of", "units")
        whole = self.taken(of, is_cold) if of in takings else 1.0
        rule = self.model.prices[line["price"]]
        if "else" not in rule:
            return whole * price
        start, steps = number(rule.get("from")), number(rule.get("steps"))
        part = 0.0 if whole < start else start + (whole - start) // steps * steps if steps else whole
        part *= number(rule.get("gets"), 1)
        return part * price + (whole - part) * self.model.price(rule["else"])

    def bill(self, hours=range(24), is_cold=False):
        """By component, what it costs in a second over some hours of a mean day."""
        takings = self.model.takings()
        hours = list(hours)
        total = {}
        flow = {}
        for index, name in enumerate(("questions", "hits", "calls")):
            source = 0 if is_cold and name == "calls" else index
            rate = sum(self.mean[cell][hour % 24][source] for cell in self.cells for hour in hours) / len(hours)
            flow[name] = 0.0 if is_cold and name == "hits" else rate
        for name, component in self.model.text["components"].items():
            sum_ = 0.0
            for line in component.get("costs") or []:
                of = line.get("of", "units")
                if of == "units":
                    for _, _, units, locations, paid, partitions, cells, floor in self.sized(component):
                        if hours != list(range(24)) or is_cold:
                            paid = self.paid(component, cells, locations, units, floor, hours, is_cold) * partitions
                        sum_ += paid * locations * self.model.price(line["price"])
                    continue
                counted = takings[of][0] if of in takings else of
                if counted in flow and "keeps" not in line:
                    sum_ += flow[counted] * self.each_price(line, is_cold)
                    continue
                for cell in self.cells:
                    copies = 1 if component.get("per") == "all" or counted in ("users", "targets") else self.locations(cell)
                    amount = self.lying(counted, cell) if counted not in flow else (
                        sum(row[("questions", "hits", "calls").index(counted)] for row in self.mean[cell]) / 24
                        * number(line["keeps"]))
                    sum_ += amount * copies * self.each_price(line)
            total[name] = sum_
        return total

    # Answers.

    def answers(self, wanted):
        """The times within which a share of answers is given, for the day, the busiest hour and the night."""
        model = self.model
        takings = model.takings()
        calls = [(name, self.taken(name)) for name, (of, amount) in takings.items()
                 if of == "calls" and unit_of(amount) in TIMES]
        variation = {}
        for component in model.text["components"].values():
            for need in component.get("needs") or []:
                if "slots" in need:
                    variation.setdefault(need["holds"], number(need.get("variation"), 1))
        mean = sum(time for _, time in calls)
        spread = sum(variation.get(name, 1.0) * time ** 2 for name, time in calls) / mean ** 2 if mean else 0
        hit = max([number(cache.get("time")) for cache in model.text.get("caches") or []] + [0])
        day, busy, night = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
        whole = [sum(self.busy[cell][hour][0] for cell in self.cells) for hour in range(24)]
        fullest = whole.index(max(whole))
        for cell in self.cells:
            asked = [hour for hour in range(24) if self.mean[cell][hour][0] > 0]
            quiet = sorted(asked, key=lambda hour: (self.mean[cell][hour][0], hour))[:8]
            for hour in range(24):
                _, hits, missed = self.mean[cell][hour]
                day = [day[0] + hits, day[1] + missed]
                if hour in quiet:
                    night = [night[0] + hits, night[1] + missed]
            busy = [busy[0] + self.busy[cell][fullest][1], busy[1] + self.busy[cell][fullest][2]]
        self.cold = sum(self.taken(name, True) for name, _ in calls)
        self.mean_busiest = (busy[0] * hit + busy[1] * mean) / (sum(busy) or 1)
        return {name: [percentile(share, hits, hit, missed, mean, spread) for share in wanted]
                for name, (hits, missed) in {"day": day, "busiest": busy, "night": night}.items()}

    def availability(self):
        cells = self.model.text.get("cells") or {}
        beta = number(cells.get("common_cause"))
        gap = number(cells.get("outages")) * number(cells.get("moves_in"))
        works, weights = 0.0, 0.0
        for cell in self.cells:
            shared, chain = 1.0, 1.0
            for component in self.model.text["components"].values():
                if component.get("soft") == "true" or "availability" not in component:
                    continue
                if component.get("per") == "all":
                    shared *= number(component["availability"])
                else:
                    chain *= number(component["availability"])
            count = self.locations(cell)
            alone = ((1 - beta) * (1 - chain)) ** count + beta * (1 - chain)
            up = shared * ((1 - alone) * (1 - gap) if count > 1 else chain)
            weight = sum(row[0] for row in self.mean[cell])
            works, weights = works + up * weight, weights + weight
        return works / weights

    def cost(self):
        return sum(self.bill().values())

    def figures(self):
        model, load = self.model, self.model.load
        per_day = [sum(self.mean[cell][hour][flow] for cell in self.cells for hour in range(24)) * 3600 for flow in range(3)]
        users = sum(map(self.users, self.stores))
        served = sum(self.users(store) for store in self.stores if self.served[store["id"]] is not None)
        peak = max(sum(self.busy[cell][hour][0] for cell in self.cells) for hour in range(24))
        minute = peak * number(load.get("peak"), 1)
        answers = self.answers([0.5, 0.95, 0.99])
        costs = self.bill()
        cost = sum(costs.values())
        takings = model.takings()
        burst = self.burst(self.cells) if "burst" in load else minute
        canaries = number(load.get("steady")) * len(self.cells)
        charged = {line.get("of") for component in model.text["components"].values() for line in component.get("costs") or []}
        sold = {}
        for name, (of, amount) in takings.items():
            if of == "calls" and name in charged:
                sold[unit_of(amount)] = sold.get(unit_of(amount), 0.0) + self.taken(name)
        canary_cost = sum(canaries * self.each_price(line, True) for component in model.text["components"].values()
                          for line in component.get("costs") or []
                          if "keeps" not in line and (takings[line["of"]][0] if line.get("of") in takings else line.get("of"))
                          in ("questions", "calls"))
        flow = dict(zip(("questions", "hits", "calls"), (total / 86400 for total in per_day)))
        found = {
            "targets": float(len(self.stores)), "users": users, "served": served / users if users else 1,
            "questions_per_day": flow["questions"], "canaries_per_day": canaries, "calls_per_day": flow["calls"],
            "hits": per_day[1] / per_day[0] if per_day[0] else 0, "peak_rate": peak, "peak_minute_rate": minute,
            "burst_rate": burst, "logged_in": users * number(load.get("present")),
            "in_session": minute * (self.mean_busiest + number(load.get("thinking"))),
            "in_flight": minute * self.mean_busiest,
            "burst_in_flight": most_in_flight(burst, number((load.get("burst") or {}).get("lasts"), 1e9), self.cold),
            "answer_p50": answers["day"][0], "answer_p95": answers["day"][1], "answer_p99": answers["day"][2],
            "answer_p95_busiest": answers["busiest"][1], "answer_p95_night": answers["night"][1],
            "availability": self.availability(), "cost_per_month": cost, "cost_per_day": cost,
            "cost_per_user": cost / users if users else 0, "cost_of_canaries": canary_cost,
            "cost_per_target": cost / len(self.stores) if self.stores else 0,
            "cost_per_question": cost / flow["questions"] if flow["questions"] else 0, "cells": float(len(self.places)),
        }
        for unit, each in sold.items():
            found |= {f"{unit}_per_call": each, f"{unit}_per_day": each * flow["calls"]}
        for name in load.get("stocks") or {}:
            found[name] = sum(self.stock(name, store) for store in self.stores)
        for name, (of, amount) in takings.items():
            count = flow[of] if of in flow else found[of]
            found[name] = self.taken(name) * count
        return found | {f"cost.{name}": value for name, value in costs.items() if model.text["components"][name].get("costs")}

    def components(self):
        return {name + place: {"need": need, "units": units, "locations": locations, "partitions": partitions}
                for name, component in self.model.text["components"].items() if component.get("needs")
                for place, need, units, locations, _, partitions, _, _ in self.sized(component)}

    def lasting(self, seconds):
        """What some time costs, put where most is asked: on warm caches, and on empty ones."""
        count = max(1, math.ceil(seconds / 3600))
        asked = [sum(self.mean[cell][hour][0] for cell in self.cells) for hour in range(24)]
        start = max(range(24), key=lambda first: sum(asked[(first + step) % 24] for step in range(count)))
        hours = range(start, start + count)
        return [sum(self.bill(hours, is_cold).values()) * seconds for is_cold in (False, True)]


ZIPF = {}


def zipf_hits(cache, rate):
    """The hits of a cache that keeps each answer for a time: every question by itself."""
    items, skew, keeps = int(number(cache["items"])), number(cache.get("skew"), 1), number(cache["keeps"])
    if (items, skew) not in ZIPF:
        weights = [rank ** -skew for rank in range(1, items + 1)]
        total = sum(weights)
        ZIPF[items, skew] = [weight / total for weight in weights]
    asked = rate * keeps
    return sum(share * share * asked / (1 + share * asked) for share in ZIPF[items, skew]) if asked > 0 else 0.0


def fewest_servers(load, share):
    """The fewest servers with which at most this share waits: Erlang's C from its sums, in logarithms."""
    if load <= 0:
        return 0
    servers = max(1, math.ceil(load))
    while True:
        if servers > load:
            last = servers * math.log(load) - math.lgamma(servers + 1) - math.log(1 - load / servers)
            before = [k * math.log(load) - math.lgamma(k + 1) for k in range(servers)]
            top = max(before + [last])
            waiting = math.exp(last - top) / (math.exp(last - top) + sum(math.exp(each - top) for each in before))
            if waiting <= share:
                return servers
        servers += 1


def most_in_flight(rate, lasts, service):
    """The most that are at work at once while a burst comes in, in steps of a hundredth of a second."""
    most, step = 0.0, 0.01
    for tick in range(int(min(lasts, 60) / step) + 1):
        at = tick * step
        most = max(most, rate * (at - max(0.0, at - service)))
    return most


def percentile(share, hits, hit, missed, mean, spread):
    """The time within which a share of hits and calls is answered: by summing a fine grid of both distributions."""
    def cdf(time, centre, variation):
        if centre == 0:
            return 1.0
        width = math.log(1 + variation)
        return 0.5 * (1 + math.erf((math.log(time / centre) + width / 2) / math.sqrt(2 * width)))
    total = hits + missed
    if total == 0:
        return 0.0
    time = 1e-4
    while (hits * cdf(time, hit, 0.1) + missed * cdf(time, mean, spread)) / total < share:
        time *= 1.0005
    return time


def main():
    model = Model(pathlib.Path(sys.argv[1]))
    waves = json.loads(sys.argv[2])
    everybody = {store["id"]: 1.0 for store in model.stores}
    whole = Moment(model, everybody)
    found = {"figures": {"": whole.figures()}, "components": {"": whole.components()}, "waves": [], "lasting": {}}
    scenarios = dict(model.text.get("scenarios") or {})
    if "built" in (model.text.get("cells") or {}):
        scenarios["as-built"] = model.as_built(pathlib.Path(sys.argv[1]))
    for name, scenario in scenarios.items():
        moment = Moment(model.under(scenario), everybody)
        found["figures"][name] = moment.figures()
        found["components"][name] = moment.components()
        if "lasts" in scenario:
            found["lasting"][name] = moment.lasting(number(scenario["lasts"]))
    nobody = Moment(model, {}).cost() if waves else 0
    live, spent, last, cost = {}, 0.0, 0.0, nobody
    for wave in waves:
        first, ends = datetime.date.fromisoformat(wave["first"]), datetime.date.fromisoformat(wave["last"])
        for store in wave["stores"]:
            live.setdefault(store, first)
        scale = number(model.load.get("adoption")) / 86400
        adopted = {store: 1 - math.exp(-(ends - since).days / scale) if scale else 1.0 for store, since in live.items()}
        moment = Moment(model, adopted, ends)
        now = moment.cost()
        spent += (wave["ends"] - last) * (cost + now) / 2
        last, cost = wave["ends"], now
        found["waves"].append(
            {"peak": max(sum(moment.busy[cell][hour][0] for cell in moment.cells) for hour in range(24)),
             "cost_per_day": now * 86400, "spent": spent, "users": sum(map(moment.users, moment.stores))})
    print(json.dumps(found))


if __name__ == "__main__":
    main()
