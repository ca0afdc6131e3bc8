"""A bounded, repeatable run of one libFuzzer target as TAP: `fuzz_tap.py TARGET CORPUS`; then `fuzz_tap.py --soak
SECONDS TARGET CORPUS` searches on for so long from a new seed and keeps what it finds interesting in CORPUS."""
import os
import subprocess
import sys
import tempfile

RUNS = 20000
COMMON = ["-timeout=20", "-rss_limit_mb=2048", "-max_len=4096", "-print_final_stats=0", "-verbosity=0"]


def run(target, corpus, limits):
    """Runs the target; a failing input is left in the current folder, as libFuzzer does."""
    done = subprocess.run([target, *COMMON, *limits, *corpus], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False)
    return done.returncode, done.stdout


def main():
    args = sys.argv[1:]
    soak = args[0] == "--soak"
    seconds = args[1] if soak else None
    target, corpus = args[2:] if soak else args
    name = os.path.basename(target)
    with tempfile.TemporaryDirectory() as scratch: # new inputs go to the first folder named
        if soak:
            status, output = run(target, [corpus], [f"-max_total_time={seconds}"])
        else:
            status, output = run(target, [scratch, corpus], [f"-runs={RUNS}", "-seed=1", "-max_total_time=60",
                                                             f"-artifact_prefix={scratch}/"])
    print("1..1")
    what = f"{seconds} seconds" if soak else f"{RUNS} runs"
    print(f"{'not ok' if status else 'ok'} 1 - {name} survives {what}")
    if status:
        print("".join(f"# {line}\n" for line in output.splitlines()[-80:]), end="")
    return status != 0


sys.exit(main())
