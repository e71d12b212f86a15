"""Tests that a generator of the package makes: it is run in the jail once for each case, when the package is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.grading.limits import MEBIBYTE, Limits
from etude.importers.dmoj.config import Config
from etude.importers.dmoj.data import normalised
from etude.importers.dmoj.programs import read_program

if TYPE_CHECKING:
    from etude.importers.bench import Bench, Tool
    from etude.importers.dmoj.cases import Case
    from etude.importers.dmoj.config import Notes
    from etude.importers.dmoj.data import PackageData
    from etude.importers.yaml_file import YamlValue

_TIME_S, _MEMORY_KB = 20.0, 524_288  # DMOJ's own
_MOST_MADE_BYTES = 64 * MEBIBYTE  # by one run: of the input and of the output
_MOST_BYTES = 300_000_000  # of all that is made for one package


@dataclass(slots=True)
class Generators:
    """Runs the generators of one package; each is compiled once, each of its outputs made once."""

    data: PackageData
    bench: Bench
    notes: Notes
    _tools: dict[int, Tool] = field(default_factory=dict)
    _made: dict[tuple[int, tuple[str, ...], bytes], tuple[bytes, bytes]] = field(default_factory=dict)
    _bytes: int = 0

    def texts_of(self, case: Case) -> tuple[bytes, bytes]:
        """The input and the output of a case: its files', else its generator's, else nothing.

        Raises ContentError for files that are missing and for a generator that fails; JailError.
        """
        generator, given, wanted = (case.config.get(key) for key in ("generator", "in", "out"))
        is_binary = case.config.flag("binary_data")
        made = b"", b""
        if generator is not None and (given is None or wanted is None):
            made = self._run(generator, case, self.data.loose_or_nothing(given))
            made = made if is_binary else (normalised(made[0]), normalised(made[1]))
        texts = [
            made[place] if name is None or (place == 0 and made[0]) else self._read(name, is_binary=is_binary)
            for place, name in enumerate((given, wanted))
        ]
        return texts[0], texts[1]

    def _read(self, name: YamlValue, *, is_binary: bool) -> bytes:
        content = self.data.find(name)
        return content if is_binary else normalised(content)

    def _run(self, generator: YamlValue, case: Case, stdin: bytes) -> tuple[bytes, bytes]:
        options = Config(generator) if isinstance(generator.value, dict) else None
        given = case.config.get("generator_args") or (options and options.own("args"))
        arguments = tuple(item.text for item in given.items) if given else ()
        key = id(generator.value), arguments, stdin
        if key not in self._made:
            if id(generator.value) not in self._tools:
                self._tools[id(generator.value)] = self._compile(generator, options)
            self._made[key] = self._run_tool(generator, self._tools[id(generator.value)], arguments, stdin)
        return self._made[key]

    def _compile(self, generator: YamlValue, options: Config | None) -> Tool:
        language = flags = None
        names, time_s, memory_kb = generator, _TIME_S, float(_MEMORY_KB)
        if options is not None:
            source, language, flags = (options.own(key) for key in ("source", "language", "flags"))
            source = source or options.own("name")
            if source is None:
                raise generator.error(_("A generator names its “source”."))
            names = source
            limits = options.own("time_limit"), options.own("memory_limit")
            time_s = limits[0].number(0.01, 120) if limits[0] else time_s
            memory_kb = limits[1].number(1024, 4_000_000) if limits[1] else memory_kb
        program = read_program(names, self.data, language=language, flags=flags, notes=self.notes)
        memory_bytes = max(int(memory_kb) << 10, 64 * MEBIBYTE)
        limits_of_run = Limits(cpu_time_s=time_s, memory_bytes=memory_bytes, output_bytes=_MOST_MADE_BYTES)
        return self.bench.compile(program.files, program.language, limits_of_run)

    def _run_tool(self, blame: YamlValue, tool: Tool, arguments: tuple[str, ...], stdin: bytes) -> tuple[bytes, bytes]:
        record = self.bench.run(tool, arguments, stdin=stdin)
        if record.cpu_exceeded or record.wall_exceeded or record.memory_exceeded or record.output_exceeded:
            sentence = _("The generator goes over a limit with the arguments “%(arguments)s”.")
            raise blame.error(sentence, arguments=" ".join(arguments))
        if record.exit_code != 0:
            sentence = _("The generator fails with the arguments “%(arguments)s”: %(reason)s")
            said = record.stderr[-500:].decode("utf-8", "replace").strip()
            reason = said or (f"signal {record.signal}" if record.signal else f"exit code {record.exit_code}")
            raise blame.error(sentence, arguments=" ".join(arguments), reason=reason)
        self._bytes += len(record.stdout) + len(record.stderr)
        if self._bytes > _MOST_BYTES:
            raise blame.error(_("The generators make more than %(maximum)s MB."), maximum=_MOST_BYTES // 1_000_000)
        return record.stdout, record.stderr
