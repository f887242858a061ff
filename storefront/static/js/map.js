// Draws routes for every [data-route-map="<id of its JSON>"]: lines in the routes' colours and
// numbered pins. No map tiles, so it works offline. The list beside the map says the same.
const pin = (text, names) => window.L.divIcon({
  className: "",
  html: Object.assign(document.createElement("span"), { className: `pin ${names}`, textContent: text }),
  iconSize: [32, 32],
  iconAnchor: [16, 32],
  popupAnchor: [0, -30],
});

const words = (...lines) => {
  const box = document.createElement("div");
  lines.forEach((line) => box.append(Object.assign(document.createElement("p"), { textContent: line })));
  return box;
};

const draw = (place) => {
  const source = document.getElementById(place.dataset.routeMap);
  const data = source && JSON.parse(source.textContent);
  if (!data?.depot) return;
  const map = window.L.map(place, { attributionControl: false, zoomControl: true, zoomSnap: 0.25, maxZoom: 17, scrollWheelZoom: false });
  const depot = [data.depot.lat, data.depot.lon];
  const bounds = window.L.latLngBounds([depot]);
  for (const spot of data.places) {
    window.L.marker([spot.lat, spot.lon], {
      interactive: false, keyboard: false,
      icon: window.L.divIcon({ className: "place-label", html: Object.assign(document.createElement("span"), { textContent: spot.name }), iconSize: null }),
    }).addTo(map);
  }
  for (const route of data.routes) {
    const line = [depot, ...route.stops.map((stop) => [stop.lat, stop.lon]), depot];
    line.forEach((point) => bounds.extend(point));
    window.L.polyline(line, { className: `route-line route-${route.colour} of-${route.reference}`, interactive: false }).addTo(map);
    for (const stop of route.stops) {
      const state = stop.state === "open" ? `route-${route.colour}` : "pin-done";
      const label = data.routes.length > 1 ? route.letter + stop.position : String(stop.position);
      const name = `${label} · ${stop.at} · ${stop.address}`;
      window.L.marker([stop.lat, stop.lon], {
        icon: pin(label, `${state} of-${route.reference}${stop.next ? " pin-next" : ""}`),
        title: name, alt: name, zIndexOffset: stop.next ? 1000 : 0,
      }).bindPopup(words(`${label} · ${stop.at}`, stop.address, route.name)).addTo(map);
    }
  }
  window.L.marker(depot, { icon: pin("●", "pin-depot"), title: data.depot.name, alt: data.depot.name }).addTo(map);
  map.fitBounds(bounds, { padding: [28, 28], maxZoom: 15 });
};

const drawAll = (within) => within.querySelectorAll("[data-route-map]").forEach(draw);
drawAll(document);
document.addEventListener("refreshed", (event) => drawAll(event.target));
