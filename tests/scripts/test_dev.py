"""./dev: its words, and what it does about packages, with a package system of our own before the real one."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = [line for line in (TREE / "scripts" / "packages.txt").read_text().splitlines() if line and line[0] != "#"]

DPKG_QUERY = """for package in "$@"; do
  case $package in -*) continue ;; esac
  grep -qx "$package" "$FAKE/installed" && echo "installed $package"
done"""
APT_GET = """echo "$DEBIAN_FRONTEND apt-get $*" >>"$FAKE/called"
case " $* " in
  *" update "*) exit 100 ;;
  *" install "*) [ -z "$FAIL" ] || { echo "E: Unable to locate package"; exit 100; }
    for package in "$@"; do echo "$package" >>"$FAKE/installed"; done ;;
esac"""


class Dev(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.fake = pathlib.Path(directory.name)
        self.bin = self.fake / "bin"
        self.bin.mkdir()
        # A copy of its own: build/ and the logs of the real tree stay as they are.
        self.tree = self.fake / "tree with a space"
        (self.tree / "scripts").mkdir(parents=True)
        shutil.copy(TREE / "dev", self.tree)
        for name in ("packages.txt", "packages-clients.txt"):
            shutil.copy(TREE / "scripts" / name, self.tree / "scripts")
        self.program(self.tree / "scripts" / "lint", 'echo "linted $*"')

    def program(self, path, text):
        path.write_text("#!/bin/sh\n" + text + "\n")
        path.chmod(0o755)

    def fake_packages(self, installed):
        (self.fake / "installed").write_text("".join(name + "\n" for name in installed))
        self.program(self.bin / "dpkg-query", DPKG_QUERY)
        self.program(self.bin / "apt-get", APT_GET)

    def only_fakes_and(self, *programs):
        """A PATH in which nothing else is found."""
        for name in programs:
            (self.bin / name).symlink_to(shutil.which(name))
        return str(self.bin)

    def dev(self, *words, path=None, **settings):
        environment = {**os.environ, "PATH": path or f"{self.bin}:{os.environ['PATH']}", "FAKE": str(self.fake),
                       "FAIL": "", **settings}
        return subprocess.run([shutil.which("bash"), self.tree / "dev", *words], env=environment, cwd="/", text=True,
                              capture_output=True, stdin=subprocess.DEVNULL)

    def called(self):
        calls = self.fake / "called"
        return calls.read_text().splitlines() if calls.exists() else []

    def test_no_word_prints_what_it_can_do(self):
        done = self.dev()
        self.assertEqual(done.returncode, 0)
        for verb in ("demo", "test", "bench", "lint", "format", "build", "clean"):
            self.assertRegex(done.stdout, rf"\n  {verb} ")

    def test_an_unknown_word_is_refused_with_the_nearest(self):
        for word, nearest in (("tset", "test"), ("bild", "build"), ("Lint", "lint"), ("benchmark", "bench")):
            done = self.dev(word)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr, f"dev: no verb '{word}'; did you mean '{nearest}'? ./dev lists them all\n")

    def test_arguments_that_a_verb_does_not_know_are_wrong_usage(self):
        for words in (["test", "--only"], ["test", "--only", "relaese"], ["test", "x"], ["build", "x"], ["lint", "x"],
                      ["format", "x"], ["clean", "x"], ["demo", "x"], ["build", "asan", "dev"]):
            done = self.dev(*words)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), words)

    def test_with_all_packages_there_it_says_one_line_and_installs_nothing(self):
        self.fake_packages(PACKAGES)
        done = self.dev("lint")
        self.assertEqual((done.returncode, done.stderr), (0, "packages: nothing to install\n"))
        self.assertEqual((done.stdout, self.called()), ("linted \n", []))

    @unittest.skipIf(os.geteuid() != 0, "the fake apt-get is called without sudo by root only")
    def test_it_installs_what_is_missing_and_only_that(self):
        self.fake_packages(name for name in PACKAGES if name not in ("ccache", "doctest-dev"))
        done = self.dev("lint")
        self.assertEqual(done.returncode, 0, done.stderr)
        update, install = self.called()
        self.assertIn(" update", update)
        self.assertTrue(install.startswith("noninteractive apt-get"), install)
        self.assertTrue(install.endswith(" install -y --no-install-recommends ccache doctest-dev"), install)
        self.assertEqual(self.dev("lint").stderr, "packages: nothing to install\n")

    @unittest.skipIf(os.geteuid() != 0, "the fake apt-get is called without sudo by root only")
    @unittest.skipIf(not list(pathlib.Path("/var/lib/apt/lists").glob("*Packages*")), "apt knows nothing yet")
    def test_bench_installs_the_programs_that_ask_as_well_but_for_those_that_there_are_none_of(self):
        self.fake_packages(PACKAGES)
        self.program(self.bin / "apt-cache", 'case $2 in chromium) echo "  Candidate: (none)";; *) echo "  Candidate: 1";; esac')
        done = self.dev("bench")  # and then there is nothing to build here
        self.assertIn("packages: there is no chromium here\n", done.stderr)
        install = self.called()[-1]
        self.assertIn(" wrk", install)
        self.assertNotIn("chromium", install)

    @unittest.skipIf(os.geteuid() != 0, "the fake apt-get is called without sudo by root only")
    def test_a_package_that_cannot_be_installed_is_an_error_that_shows_why(self):
        self.fake_packages([])
        done = self.dev("lint", FAIL="yes")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("E: Unable to locate package", done.stderr)
        self.assertTrue((self.tree / "build" / "log" / "apt-install.log").exists())

    def test_without_apt_it_says_in_one_line_what_to_do(self):
        done = self.dev("lint", path=self.only_fakes_and("readlink", "dirname", "grep", "sed"))
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1))
        self.assertIn("install by hand", done.stderr)

    @unittest.skipIf(os.geteuid() == 0, "root needs no sudo")
    def test_without_sudo_it_says_in_one_line_what_to_do(self):
        self.fake_packages([])
        done = self.dev("lint", path=self.only_fakes_and("readlink", "dirname", "grep", "sed"))
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1))
        self.assertIn("as root run: apt-get install g++", done.stderr)

    def test_clean_removes_the_build_folder(self):
        (self.tree / "build" / "release").mkdir(parents=True)
        self.assertEqual(self.dev("clean").returncode, 0)
        self.assertFalse((self.tree / "build").exists())


if __name__ == "__main__":
    unittest.main()
