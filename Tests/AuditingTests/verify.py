import base64, datetime, hashlib, json, os, re, sqlite3, subprocess, sys, tempfile
read = lambda name: open(name, "rb").read()
sha = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
path, notes, wrong, nodes, runs = sys.argv[1], [read(n) for n in sys.argv[2:]], [], None, None
if os.path.isdir(path):  # a bundle: files
    lines = (l.split(b"\t", 2) for l in read(f"{path}/payloads.tsv").split(b"\n")[:-1])
    kept = {int(seq): (bytes.fromhex(salt.decode()), payload) for seq, salt, payload in lines}
    bodies = enumerate(read(f"{path}/entries.jsonl").split(b"\n")[:-1])
    rows = [(i, None, None, None, None, None, body, *kept.pop(i, (None, None))) for i, body in bodies]
    plans = {name[:-5]: read(f"{path}/plans/{name}") for name in os.listdir(f"{path}/plans")}
    notes += [read(f"{path}/checkpoints/{name}") for name in os.listdir(f"{path}/checkpoints")]
    sums = [(line[66:], line[:64]) for line in read(f"{path}/SHA256SUMS").decode().splitlines()]
    wrong += [f"{name} was changed" for name, digest in sums if sha(read(f"{path}/{name}")).hex() != digest]
    wrong += [f"a payload of entry {seq}, which is not there" for seq in kept]
    if os.path.exists(f"{path}/DAMAGED.txt"): wrong.append("it was made of a damaged journal")
else:  # a journal: SQLite
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = db.execute("""SELECT e.seq, e.run, e.epoch, e.at_ms, e.type, e.subject, e.body, p.salt, p.body
                         FROM events e LEFT JOIN payloads p USING (seq)""").fetchall()
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'pruned'").fetchone():
        for seq, run, leaf in db.execute("SELECT seq, run, leaf FROM pruned"):
            rows.append((seq, None, None, None, None, None, json.dumps({"leaf": leaf.hex(), "run": run}), None, None))
    rows.sort(key=lambda row: row[0])
    nodes, plans = dict(db.execute("SELECT id, hash FROM nodes")), dict(db.execute("SELECT digest, body FROM blobs"))
    runs, notes = dict(db.execute("SELECT run, plan FROM registry")), notes + [n for n, in db.execute("SELECT note FROM checkpoints")]
edge, roots, used, planned, keys, lives = [], {0: sha()}, set(), {}, [], {}  # edge: height, index, hash of subtrees
told, hashes, pruned, gone_plans, there, entered, taken = [], {}, [], [], {0}, {}, set()
for place, (seq, run, epoch, at, kind, subject, body, salt, payload) in enumerate(rows):
    event = json.loads(body)
    leaf = sha(b"\0", body) if "seq" in event else bytes.fromhex(event["leaf"])
    if "seq" not in event:  # pruned: only its hash is left, and an entry has to say so
        hashes.setdefault(event["run"], []).append(seq); taken.add(seq)
        event = {"at": "1970-01-01T00:00:00Z", "data": {}, "epoch": None, "run": 0, "seq": seq, "subject": None, "type": None}
        body, run = json.dumps(event, sort_keys=True, separators=(",", ":")).encode(), None
    if event["type"] == "entries_pruned":
        pruned += event["data"]["runs"]; gone_plans += event["data"]["plans"]
        if not event["data"]["runs"]: wrong.append(f"entry {seq} prunes no run")
    time = datetime.datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
    copies = [event["run"], event["epoch"], round(time.timestamp() * 1000), event["type"], event["subject"]]
    if json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() != body: wrong.append(f"form of {seq}")
    if not seq == event["seq"] == place: wrong.append(f"entry {place} is missing")
    if run is not None and [run, epoch, at, kind, subject] != copies: wrong.append(f"copies of {seq}")
    if event.get("cause", -1) >= seq or event.get("cause") in taken: wrong.append(f"cause of {seq}")
    if salt is not None and sha(salt, payload).hex() != event.get("payload", {}).get("digest"): wrong.append(f"payload of {seq}")
    if "plan" in event and event["type"] != "run_registered": used.add(event["plan"])
    if event["type"] == "log_incarnated":  # the log goes on without what it lost, as persons said
        lives[origin] = [event["data"][it][part] for it, part in (("kept", "size"), ("given_up", "size"), ("given_up", "root"))]
    if event["type"] in ("log_created", "log_incarnated"): origin = event["data"]["origin"]
    if event["type"] == "journal_key_used": keys.append(event["data"]["key"])
    if event["type"] == "run_registered":
        planned[event["data"]["run"]] = event["plan"]; entered[event["data"]["run"]] = event["plan"], seq
    there.add(event["run"])
    if event["run"]: planned[event["run"]] = event["data"]["to"] if event["type"] == "plan_amended" else event["plan"]
    node = (0, place, leaf)
    while True:
        if nodes is not None and node[0] >= 4 and nodes.pop((2 * node[1] + 1) * 2 ** node[0] - 1, None) != node[2]:
            wrong.append(f"stored hash over {seq}")
        if not edge or edge[-1][0] != node[0]: break
        node = (node[0] + 1, node[1] // 2, sha(b"\1", edge.pop()[2], node[2]))
    edge.append(node)
    root = edge[-1][2]
    for _, _, left in reversed(edge[:-1]): root = sha(b"\1", left, root)
    roots[place + 1] = root
left = {run["run"] for run in pruned}  # runs go as a whole; their plans may be named by the entries of such runs into the list alone
wrong += [f"r-{run} is to have been pruned, and entries of it are here" for run in left & there]
used |= {plan for run, (plan, _) in entered.items() if run not in left or plan not in gone_plans}
wrong += [f"plan {d}" for d in used if d not in plans] + [f"plan {d}" for d, body in plans.items() if sha(body).hex() != d]
for run in pruned:
    numbers = hashes.pop(run["run"], [])
    planned[run["run"]] = run["plan"]
    told.append(f"pruned: r-{run['run']}, {run['count']} entries, {run['first']} to {run['last']}")
    if numbers[:1] < [entered.get(run["run"], ("", -1))[1]]: wrong.append(f"entries of r-{run['run']} before it was entered")
    if sha("".join(f"{n}\n" for n in numbers).encode()).hex() != run["numbers"]: wrong.append(f"what was pruned of r-{run['run']}")
wrong += [f"entries of r-{run} are gone, and nothing says that they were pruned" for run in hashes]
if nodes: wrong.append("hashes of entries that are not there")
if runs not in (None, planned): wrong.append("the list of runs")
notes = "".join(note.decode(errors="replace") for note in notes)  # signed notes, one behind the other: text, blank line, signatures
one = "[^\n]+\n[0-9]{1,18}\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n(?:— [^ \n]+ [A-Za-z0-9+/]+={0,2}\n)+"
if notes != "".join(found := re.findall(one, notes)): wrong.append("a checkpoint that cannot be read")
for text, lines in (note.rsplit("\n\n", 1) for note in found):
    (name, size, root64), signed = text.split("\n")[:3], False
    kept, lost, gone = lives.get(name, (0, 0, ""))
    if kept < int(size) <= lost and (int(size) < lost or gone in ("0" * 64, base64.b64decode(root64).hex())):
        told.append(f"{size} entries of {name} were known, and those from {kept} on were given up")
        continue
    if base64.b64encode(roots.get(int(size), b"")).decode() != root64: wrong.append(f"checkpoint of {size} entries")
    for key, line in ((key.split("+", 2)[2], line) for key in keys for line in lines.splitlines() if line.startswith(f"— {key.split('+')[0]} ")):
        with tempfile.TemporaryDirectory() as d:
            for file, part in ("k", b"0*0\5\6\3+ep\3!\0" + base64.b64decode(key)[1:]), ("m", f"{text}\n".encode()), ("s", base64.b64decode(line.split(" ")[2])[4:]):
                open(f"{d}/{file}", "wb").write(part)
            verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "k", "-rawin", "-in", "m", "-sigfile", "s"]
            signed |= subprocess.run(verify, cwd=d, capture_output=True).returncode == 0
    if not signed: wrong.append(f"signature of the checkpoint of {size} entries")
print(f"size {len(rows)}, root {root.hex()}", *told, *(wrong or ["nothing found; what no witness has seen rests on the machine's word"]), sep="\n")
sys.exit(7 if wrong else 0)
