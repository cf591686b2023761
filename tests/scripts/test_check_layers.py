"""scripts/check_layers refuses what goes against the direction, and names file and line."""
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_layers"


class CheckLayers(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.tree = pathlib.Path(self.directory.name)
        self.write("shm/view.hpp", "#include <span>\n#include <boost/interprocess/mapped_region.hpp>\n#include <boost/icl/interval_set.hpp>\n")
        self.write("actors/task.hpp", "#include <pinion/shm/view.hpp>\n#include <caf/all.hpp>\n")
        self.write("runtime/cli/main.cpp", "#include <pinion/actors/task.hpp>\n#include <pinion/shm/view.hpp>\n")

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def refuses(self, name, text, *words):
        self.write(name, text)
        done = subprocess.run([SCRIPT, self.tree], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout)
        for word in (name, *words):
            self.assertIn(word, done.stdout)

    def test_a_tree_in_order_passes(self):
        done = subprocess.run([SCRIPT, self.tree], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_shm_may_not_include_actors(self):
        self.refuses("shm/store.cpp", "\n#include <pinion/actors/task.hpp>\n", ":2:", "actors/")

    def test_shm_may_not_include_runtime(self):
        self.refuses("shm/deep/store.hpp", "#  include <pinion/runtime/node.hpp>\n", ":1:", "runtime/")

    def test_actors_may_not_include_runtime(self):
        self.refuses("actors/ask.hpp", "#include <pinion/runtime/node.hpp>\n", ":1:", "runtime/")

    def test_a_quoted_include_is_no_way_around(self):
        self.refuses("shm/store.cpp", '#include "../runtime/node.hpp"\n', ":1:", "spell it <pinion/")

    def test_what_is_not_installed_may_not_be_included(self):
        self.refuses("runtime/node.cpp", "#include <pinion/tests/support.hpp>\n", "tests/")

    def test_shm_knows_no_actor_framework(self):
        self.refuses("shm/store.cpp", "#include <caf/all.hpp>\n", "not in shm/")

    def test_shm_takes_no_managed_segment_of_boost(self):
        self.refuses("shm/store.cpp", "#include <boost/interprocess/managed_shared_memory.hpp>\n", "mapped_region")

    def test_archives_are_read_in_one_place(self):
        self.refuses("shm/npz.cpp", "#include <zip.h>\n", "only in shm/archive/")

    def test_the_library_of_archives_is_linked_by_nobody(self):
        self.refuses("runtime/node.cpp", "#include <pinion/shm/archive/zip_reader.hpp>\n", "only in shm/archive/")

    def test_the_library_of_archives_may_read_them(self):
        self.write("shm/archive/zip.cpp", "#include <zip.h>\n#include <pinion/shm/archive/zip_reader.hpp>\n")
        self.test_a_tree_in_order_passes()

    def test_a_library_that_may_be_missing_is_only_in_its_own_header(self):
        self.write("shm/eigen.hpp", "#include <Eigen/Core>\n")
        self.write("shm/xtensor.hpp", "#include <xtensor/xadapt.hpp>\n")
        self.write("shm/dlpack.hpp", "#include <dlpack/dlpack.h>\n")
        self.test_a_tree_in_order_passes()
        self.refuses("shm/npy.hpp", "#include <Eigen/Core>\n", ":1:", "only in shm/eigen.hpp")

    def test_a_header_for_a_library_that_may_be_missing_is_for_users(self):
        self.refuses("runtime/pinion.hpp", "#include <pinion/shm/dlpack.hpp>\n", ":1:", "for users")

    def test_actors_open_no_sockets(self):
        self.refuses("actors/link.cpp", "#include <sys/socket.h>\n", "not in actors/")

    def test_the_tree_we_stand_in_passes(self):
        done = subprocess.run([SCRIPT], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
