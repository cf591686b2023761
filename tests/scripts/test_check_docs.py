"""scripts/check_docs holds the pages to the tree."""
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_docs"
SOURCE = "#include <x>\n  // [readme]\n  int f();\n    int g();\n  // [readme end]\n"
PAGE = "# t\n\n<!-- code: examples/a.cpp readme -->\n```cpp\nint f();\n  int g();\n```\n"


class CheckDocs(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.tree = pathlib.Path(self.directory.name)
        (self.tree / "examples").mkdir()
        (self.tree / "examples" / "a.cpp").write_text(SOURCE)

    def check(self, page, *options):
        (self.tree / "README.md").write_text(page)
        done = subprocess.run([SCRIPT, *options, self.tree], capture_output=True, text=True)
        return done.returncode, done.stdout

    def test_the_same_code_passes(self):
        self.assertEqual(self.check(PAGE), (0, ""))

    def test_code_that_differs_is_refused_and_written_when_asked(self):
        status, output = self.check(PAGE.replace("f()", "h()"))
        self.assertEqual(status, 1)
        self.assertIn("README.md: the code from examples/a.cpp differs", output)
        self.assertEqual(self.check(PAGE.replace("f()", "h()"), "--write"), (0, ""))
        self.assertEqual((self.tree / "README.md").read_text(), PAGE)

    def test_a_source_that_is_not_there_is_refused(self):
        self.assertIn("which is not there", self.check(PAGE.replace("a.cpp", "b.cpp"))[1])

    def test_a_mark_that_is_not_there_is_refused(self):
        self.assertIn("has no part", self.check(PAGE.replace("readme", "other"))[1])

    def test_a_marker_without_its_block_is_refused(self):
        self.assertEqual(self.check(PAGE.replace("```cpp", "\n```cpp"))[0], 1)

    def test_a_link_that_leads_nowhere_is_refused(self):
        status, output = self.check("[a](examples/a.cpp) [b](docs/b.md#part) [c](https://example.org)\n")
        self.assertEqual((status, output), (1, "README.md: the link docs/b.md leads nowhere\n"))


if __name__ == "__main__":
    unittest.main()
