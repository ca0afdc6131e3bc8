"""A bounded, repeatable run of one libFuzzer target as TAP: `fuzz_tap.py TARGET CORPUS`. With `--soak SECONDS FOLDER` in
front it searches for so long from a new seed, goes on where it stopped the last time, and keeps what it finds in
FOLDER/<target>; an input that breaks the target is left there as crash-..., and belongs into CORPUS when it is mended."""
import os
import subprocess
import sys
import tempfile

RUNS = 20000
COMMON = ["-timeout=20", "-rss_limit_mb=2048", "-max_len=4096", "-print_final_stats=0", "-verbosity=0"]


def run(target, corpus, limits):
    """Runs the target over the corpus folders; returns its exit status and output."""
    done = subprocess.run([target, *COMMON, *limits, *corpus], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False)
    return done.returncode, done.stdout


def search(target, corpus, seconds, folder):
    """A soak; returns its title, exit status and output."""
    kept = os.path.join(os.path.realpath(folder), os.path.basename(target))
    os.makedirs(kept, exist_ok=True)
    status, output = run(target, [kept, corpus], [f"-max_total_time={seconds}", f"-artifact_prefix={kept}/"])
    return f"{seconds} seconds", status, output


def repeat(target, corpus):
    """The bounded run; returns its title, exit status and output."""
    with tempfile.TemporaryDirectory() as scratch: # new inputs go to the first folder named
        status, output = run(target, [scratch, corpus],
                             [f"-runs={RUNS}", "-seed=1", "-max_total_time=60", f"-artifact_prefix={scratch}/"])
    return f"{RUNS} runs", status, output


def main():
    args = sys.argv[1:]
    soak = args[0] == "--soak"
    target, corpus = args[3:] if soak else args
    title, status, output = search(target, corpus, args[1], args[2]) if soak else repeat(target, corpus)
    print("1..1")
    print(f"{'not ok' if status else 'ok'} 1 - {os.path.basename(target)} survives {title}")
    if status:
        print("".join(f"# {line}\n" for line in output.splitlines()[-80:]), end="")
    return status != 0


sys.exit(main())
