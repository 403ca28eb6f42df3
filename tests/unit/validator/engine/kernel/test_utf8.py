"""What the kernel takes for UTF-8 is what Python decodes, wherever its 64 bytes end."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.kernel.blocks import PADDING
from services.validator.engine.kernel.machine import Machine
from tests.support.kernel_compiled import compiled_machine
from tests.support.kernel_machine import pure_machine

CHARACTERS = st.sampled_from(("a", "z" * 7, "é", "ÿ", "\x80", "߿", "ࠀ", "€", "\ud7ff", "😀"))
PIECES = st.one_of(
    CHARACTERS.map(str.encode),
    CHARACTERS.map(str.encode),
    CHARACTERS.map(str.encode),
    st.sampled_from((
        b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\xbf", b"\xc3", b"\xe0\x9f\xbf", b"\xed\xa0\x80",
        b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5", b"\xff",
    )),
)  # fmt: skip
SOUND = st.lists(CHARACTERS.map(str.encode), max_size=90).map(b"".join)
ANY = st.lists(PIECES, max_size=90).map(b"".join)


def is_whole(machine: Machine, content: bytes) -> bool:
    """Whether the check comes to the end; what lies behind it may be anything."""
    memory = np.frombuffer(bytearray(content + b"\xa9" * PADDING), np.uint8)
    begin = int(memory.ctypes.data)
    return machine.checked(begin, begin + len(content)) == begin + len(content)


def decodes(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(content=st.one_of(SOUND, ANY, st.tuples(SOUND, ANY, SOUND).map(b"".join)))
def test_the_kernel_takes_what_python_decodes(content: bytes) -> None:
    for machine in (pure_machine(), compiled_machine()):
        assert is_whole(machine, content) == decodes(content)


def test_each_pair_of_bytes_at_each_place_of_a_block() -> None:
    machine = compiled_machine()
    for place in (0, 1, 61, 62, 63, 64):
        for lead in range(0x80, 0x100):
            for second in (0x20, 0x7F, 0x80, 0xBF, 0xC2):
                content = b"a" * place + bytes((lead, second)) + b"a" * 80
                assert is_whole(machine, content) == decodes(content), content
