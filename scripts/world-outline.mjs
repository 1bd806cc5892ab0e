// node scripts/world-outline.mjs: makes static/map/world.json, the land of the world as the map's
// ground, from Natural Earth's 1:50m data (public domain) as npm's world-atlas packs it.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { feature } from 'topojson-client';

export const WORLD_FILE = new URL('../static/map/world.json', import.meta.url);
const ATLAS = new URL('../node_modules/world-atlas/land-50m.json', import.meta.url);

/** A hundredth of a degree is about a kilometre: finer than the data itself is drawn. */
const DECIMALS = 2;

/**
 * @import { Position } from 'geojson'
 * @import { GeometryCollection, Topology } from 'topojson-specification'
 */

/** @returns {string} GeoJSON */
export function worldOutline() {
	/** @type {Topology<{ land: GeometryCollection }>} */
	const atlas = JSON.parse(readFileSync(ATLAS, 'utf8'));
	const { features } = feature(atlas, atlas.objects.land);
	const polygons = features.flatMap(({ geometry }) =>
		geometry.type === 'MultiPolygon' ? geometry.coordinates : [],
	);
	const coordinates = polygons.map((rings) => rings.map(rounded));
	return JSON.stringify({
		type: 'FeatureCollection',
		features: [
			{ type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates } },
		],
	});
}

/** Rounding makes neighbours equal: they go, but for the ends, which keep the ring closed.
 * @param {Position[]} ring
 */
function rounded(ring) {
	return ring
		.map((point) => point.map((degrees) => Number(degrees.toFixed(DECIMALS))))
		.filter(
			(point, index, points) =>
				index === 0 || index === points.length - 1 || String(point) !== String(points[index - 1]),
		);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
	writeFileSync(WORLD_FILE, worldOutline());
