import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.fetch import FetchFailed, FetchRefused
from shared.fetch.decoding import GzipDecoder, decoder_for


def decoded(*chunks: bytes) -> bytes:
    decoder = GzipDecoder(max_ratio=200)
    result = b"".join(piece for chunk in chunks for piece in decoder.feed(chunk))
    decoder.finish()
    return result


@given(st.lists(st.binary(max_size=2_000), min_size=1, max_size=4), st.integers(1, 500))
def test_members_cut_anywhere_come_back_whole(members, step):
    packed = b"".join(gzip.compress(member) for member in members)
    chunks = [packed[start : start + step] for start in range(0, len(packed), step)]
    assert decoded(*chunks) == b"".join(members)


def test_padding_after_the_last_member_is_ignored():
    assert decoded(gzip.compress(b"abc") + b"\0" * 512) == b"abc"


def test_a_cut_body_is_a_failure():
    packed = gzip.compress(bytes(range(256)) * 50)
    with pytest.raises(FetchFailed, match="incomplet"):
        decoded(packed[:-4])
    with pytest.raises(FetchFailed, match="incomplet"):
        decoded(packed, packed[:20])


def test_damage_is_a_failure():
    with pytest.raises(FetchFailed, match="illisible"):
        decoded(b"<html>this is not gzip at all</html>")


def test_a_bomb_is_refused_before_it_inflates():
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(b"\0" * 1024 * 1024) for _ in range(64)) + packer.flush()
    pieces: list[int] = []
    with pytest.raises(FetchRefused, match="démesurément"):
        pieces.extend(len(piece) for piece in GzipDecoder(max_ratio=200).feed(bomb))
    assert max(pieces) <= 256 * 1024
    assert sum(pieces) < len(bomb) * 200 + 5 * 1024 * 1024


def test_repetitive_but_small_files_are_no_bombs():
    assert len(decoded(gzip.compress(b"non renseign\xc3\xa9;\n" * 100_000))) == 1_600_000


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate", "zstd", "gzip,identity", "x"])
def test_stacked_and_unknown_encodings_are_refused(encoding):
    with pytest.raises(FetchRefused):
        decoder_for(encoding, max_ratio=200)
