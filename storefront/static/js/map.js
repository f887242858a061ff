// Draws routes for every [data-route-map="<id of its JSON>"]: lines in the routes' colours and
// numbered pins, over the outlines of cities. No map tiles, so it works offline. The list beside
// the map says the same.
const PIN = 32, RIM = 2, DOT = 12;
// Where a pin stands to its spot, best first: its corner that points there, and how far, in pins.
const SIDES = [["ne", 0, -1], ["nw", -1, -1], ["se", 0, 0], ["sw", -1, 0]];
const MIDDLE = [["middle", -0.5, -0.5]];
// Narrow enough for a phone, and clear of the zoom buttons.
const POPUP = { maxWidth: 230, autoPanPaddingTopLeft: [52, 8] };

const span = (className, textContent) => Object.assign(document.createElement("span"), { className, textContent });

const words = (...lines) => {
  const box = document.createElement("div");
  lines.forEach((line) => box.append(Object.assign(document.createElement("p"), { textContent: line })));
  return box;
};

const pin = (at, text, looks, name, sides) => Object.assign(window.L.marker(at, {
  icon: window.L.divIcon({ className: "", html: span(`pin ${looks}`, text), iconSize: [PIN, PIN], popupAnchor: [0, -8] }),
  title: name, alt: name, riseOnHover: true,
}), { sides });

const label = (at, text, kind) => Object.assign(window.L.marker(at, {
  icon: window.L.divIcon({ className: "", html: span(`place-label place-${kind}`, text), iconSize: null }),
  interactive: false, keyboard: false,
}), { shifts: kind === "locality" ? [0] : [0, -1, 1] });

// Pins and labels, each in the order of weight, take their places so that none covers another:
// a pin without room shrinks to a dot, a label without room is left out.
const arrange = (map, corner, pins, labels) => {
  const room = (left, top, width, height) => ({ left, top, right: left + width, bottom: top + height });
  const taken = [room(corner.offsetLeft, corner.offsetTop, corner.offsetWidth, corner.offsetHeight)];
  const isFree = (a) => !taken.some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom);
  pins.forEach((one, turn) => {
    const { x, y } = map.latLngToContainerPoint(one.getLatLng()), icon = one.getElement();
    const at = ([, right, down]) => room(x + right * PIN + RIM, y + down * PIN + RIM, PIN - 2 * RIM, PIN - 2 * RIM);
    const side = one.sides.find((each) => isFree(at(each)));
    const [name, right, down] = side ?? ["dot", -0.5, -0.5];
    taken.push(side ? at(side) : room(x - DOT / 2, y - DOT / 2, DOT, DOT));
    icon.firstChild.dataset.side = name;
    Object.assign(icon.style, { marginLeft: `${right * PIN}px`, marginTop: `${down * PIN}px` });
    one.setZIndexOffset(side ? -100 * turn : -100_000);
  });
  const size = map.getSize();
  const isInView = (a) => a.left >= 0 && a.top >= 0 && a.right <= size.x && a.bottom <= size.y;
  for (const one of labels) {
    const { x, y } = map.latLngToContainerPoint(one.getLatLng()), text = one.getElement().firstChild;
    const { offsetWidth: width, offsetHeight: height } = text;
    const at = (down) => room(x - width / 2, y - height / 2 + down * height, width, height);
    const down = one.shifts.find((each) => isInView(at(each)) && isFree(at(each)));
    text.classList.toggle("is-left-out", down === undefined);
    if (down === undefined) continue;
    taken.push(at(down));
    text.style.top = `${down * height}px`;
  }
};

// Fetched once, so that a map which is drawn again has its land at once.
let fetched;
// Cities, counties and wards under everything else; their labels, in the file's order of weight.
const outlines = async (map, address) => {
  fetched ??= fetch(address).then((answer) => answer.json());
  const land = await fetched;
  map.createPane("land");
  window.L.geoJSON(land, {
    pane: "land", renderer: window.L.svg({ pane: "land", padding: 1 }), interactive: false, smoothFactor: 0,
    style: ({ properties }) => ({ className: `land land-${properties.kind}` }),
  }).addTo(map);
  const name = document.documentElement.lang === "en" ? "name_en" : "name";
  return land.features.map(({ properties }) => label(properties.at, properties[name], properties.kind));
};

const draw = (place) => {
  const source = document.getElementById(place.dataset.routeMap);
  const data = source && JSON.parse(source.textContent);
  if (!data?.depot) return;
  const { larger, smaller } = place.dataset;
  const map = window.L.map(place, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 17, scrollWheelZoom: false });
  const corner = window.L.control.zoom({ zoomInTitle: larger, zoomOutTitle: smaller }).addTo(map).getContainer();
  const depot = [data.depot.lat, data.depot.lon];
  const bounds = window.L.latLngBounds([depot]);
  const stops = [];
  for (const route of data.routes) {
    const spots = route.stops.map((stop) => [stop.lat, stop.lon]);
    spots.forEach((spot) => bounds.extend(spot));
    const line = (points, looks) => window.L.polyline(points, { className: `route-line route-${route.colour} of-${route.reference} ${looks}`, interactive: false }).addTo(map);
    line([[depot, spots[0]], [spots.at(-1), depot]], "route-depot");
    line(spots, "route-round");
    for (const stop of route.stops) {
      const state = stop.state === "open" ? `route-${route.colour}` : "pin-done";
      const text = data.routes.length > 1 ? route.letter + stop.position : String(stop.position);
      const marker = pin([stop.lat, stop.lon], text, `${state} of-${route.reference}${stop.next ? " pin-next" : ""}`, `${text} · ${stop.at} · ${stop.address}`, SIDES);
      stops.push({ ...stop, marker: marker.bindPopup(words(`${text} · ${stop.at}`, stop.address, route.name), POPUP) });
    }
  }
  // The next stop, then those to come, then those that are done; each in the order of the day.
  const weight = (stop) => (stop.next ? 0 : stop.state === "open" ? 1000 : 2000) + stop.position;
  const pins = [pin(depot, "●", "pin-depot", data.depot.name, MIDDLE)];
  pins.push(...stops.sort((a, b) => weight(a) - weight(b)).map((stop) => stop.marker));
  const labels = data.places.map((spot) => label([spot.lat, spot.lon], spot.name, "locality"));
  const settle = () => arrange(map, corner, pins, labels);
  map.fitBounds(bounds, { padding: [PIN, PIN], maxZoom: 15 });
  [...pins, ...labels].forEach((one) => one.addTo(map));
  settle();
  map.on("moveend", settle);
  outlines(map, place.dataset.outlines).then((names) => {
    names.forEach((name) => name.addTo(map));
    labels.unshift(...names);
    settle();
  }).catch(() => {}); // without a network the routes alone are shown
};

const drawAll = (within) => within.querySelectorAll("[data-route-map]").forEach(draw);
drawAll(document);
document.addEventListener("refreshed", (event) => drawAll(event.target));
