from django.urls import path

from storefront.driver_app import offline, recording, sheet, till

urlpatterns = [
    path("", sheet.home, name="driver_home"),
    path("map/", sheet.route_map, name="driver_map"),
    path("load/", sheet.load, name="driver_load"),
    path("stops/<str:reference>/", sheet.stop, name="driver_stop"),
    path("till/", till.till, name="driver_till"),
    path("depart/", recording.depart, name="driver_depart"),
    path("tasks/<str:reference>/", recording.report, name="driver_report"),
    path("sync/", recording.sync, name="driver_sync"),
    path("worker.js", offline.worker, name="driver_worker"),
    path("manifest.webmanifest", offline.manifest, name="driver_manifest"),
    path("offline/", offline.offline, name="driver_offline"),
]
