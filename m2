# TYPE target_info gauge
# HELP target_info Target metadata
target_info{telemetry_sdk_name="opentelemetry",telemetry_sdk_language="dotnet",telemetry_sdk_version="1.20.1",service_name="KestrelRaw",service_version="0.1.0",service_instance_id="04fbecb8-bb77-451d-becf-c8f884e1e030"} 1
# TYPE dotnet_exceptions_total counter
# HELP dotnet_exceptions_total The number of exceptions that have been thrown in managed code.
dotnet_exceptions_total{otel_scope_name="System.Runtime",error_type="FileNotFoundException"} 3328
dotnet_exceptions_total{otel_scope_name="System.Runtime",error_type="OperationCanceledException"} 9
dotnet_exceptions_total{otel_scope_name="System.Runtime",error_type="ConnectionResetException"} 20
# TYPE dotnet_gc_collections_total counter
# HELP dotnet_gc_collections_total The number of garbage collections that have occurred since the process has started.
dotnet_gc_collections_total{otel_scope_name="System.Runtime",gc_heap_generation="gen2"} 2
dotnet_gc_collections_total{otel_scope_name="System.Runtime",gc_heap_generation="gen1"} 3
dotnet_gc_collections_total{otel_scope_name="System.Runtime",gc_heap_generation="gen0"} 8
# TYPE dotnet_gc_heap_total_allocated_bytes_total counter
# HELP dotnet_gc_heap_total_allocated_bytes_total The approximate number of bytes allocated on the managed GC heap since the process has started. The returned value does not include any native allocations.
dotnet_gc_heap_total_allocated_bytes_total{otel_scope_name="System.Runtime"} 213002368
# TYPE dotnet_gc_last_collection_heap_fragmentation_size_bytes gauge
# HELP dotnet_gc_last_collection_heap_fragmentation_size_bytes The heap fragmentation, as observed during the latest garbage collection.
dotnet_gc_last_collection_heap_fragmentation_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="gen0"} 866704
dotnet_gc_last_collection_heap_fragmentation_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="gen1"} 14424
dotnet_gc_last_collection_heap_fragmentation_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="gen2"} 584
dotnet_gc_last_collection_heap_fragmentation_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="loh"} 131960
dotnet_gc_last_collection_heap_fragmentation_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="poh"} 115360
# TYPE dotnet_gc_last_collection_heap_size_bytes gauge
# HELP dotnet_gc_last_collection_heap_size_bytes The managed GC heap size (including fragmentation), as observed during the latest garbage collection.
dotnet_gc_last_collection_heap_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="gen0"} 875024
dotnet_gc_last_collection_heap_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="gen1"} 1290544
dotnet_gc_last_collection_heap_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="gen2"} 2178712
dotnet_gc_last_collection_heap_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="loh"} 3880328
dotnet_gc_last_collection_heap_size_bytes{otel_scope_name="System.Runtime",gc_heap_generation="poh"} 317048
# TYPE dotnet_gc_last_collection_memory_committed_size_bytes gauge
# HELP dotnet_gc_last_collection_memory_committed_size_bytes The amount of committed virtual memory in use by the .NET GC, as observed during the latest garbage collection.
dotnet_gc_last_collection_memory_committed_size_bytes{otel_scope_name="System.Runtime"} 35811328
# TYPE dotnet_gc_pause_time_seconds_total counter
# HELP dotnet_gc_pause_time_seconds_total The total amount of time paused in GC since the process has started.
dotnet_gc_pause_time_seconds_total{otel_scope_name="System.Runtime"} 0.158817
# TYPE dotnet_jit_compilation_time_seconds_total counter
# HELP dotnet_jit_compilation_time_seconds_total The number of times the JIT compiler (re)compiled methods since the process has started.
dotnet_jit_compilation_time_seconds_total{otel_scope_name="System.Runtime"} 4.441113
# TYPE dotnet_jit_compiled_il_size_bytes_total counter
# HELP dotnet_jit_compiled_il_size_bytes_total Count of bytes of intermediate language that have been compiled since the process has started.
dotnet_jit_compiled_il_size_bytes_total{otel_scope_name="System.Runtime"} 507262
# TYPE dotnet_jit_compiled_methods_total counter
# HELP dotnet_jit_compiled_methods_total The number of times the JIT compiler (re)compiled methods since the process has started.
dotnet_jit_compiled_methods_total{otel_scope_name="System.Runtime"} 6700
# TYPE dotnet_monitor_lock_contentions_total counter
# HELP dotnet_monitor_lock_contentions_total The number of times there was contention when trying to acquire a monitor lock since the process has started.
dotnet_monitor_lock_contentions_total{otel_scope_name="System.Runtime"} 876
# TYPE dotnet_process_cpu_time_seconds_total counter
# HELP dotnet_process_cpu_time_seconds_total CPU time used by the process.
dotnet_process_cpu_time_seconds_total{otel_scope_name="System.Runtime",cpu_mode="user"} 14.937221
dotnet_process_cpu_time_seconds_total{otel_scope_name="System.Runtime",cpu_mode="system"} 6.461107
# TYPE dotnet_process_memory_working_set_bytes gauge
# HELP dotnet_process_memory_working_set_bytes The number of bytes of physical memory mapped to the process context.
dotnet_process_memory_working_set_bytes{otel_scope_name="System.Runtime"} 136433664
# TYPE dotnet_thread_pool_queue_length_total counter
# HELP dotnet_thread_pool_queue_length_total The number of work items that are currently queued to be processed by the thread pool.
dotnet_thread_pool_queue_length_total{otel_scope_name="System.Runtime"} 0
# TYPE dotnet_thread_pool_thread_count_total counter
# HELP dotnet_thread_pool_thread_count_total The number of thread pool threads that currently exist.
dotnet_thread_pool_thread_count_total{otel_scope_name="System.Runtime"} 3
# TYPE dotnet_thread_pool_work_item_count_total counter
# HELP dotnet_thread_pool_work_item_count_total The number of work items that the thread pool has completed since the process has started.
dotnet_thread_pool_work_item_count_total{otel_scope_name="System.Runtime"} 211278
# TYPE kestrelraw_accept_backlog gauge
# HELP kestrelraw_accept_backlog Connections in the kernel's accept queue.
kestrelraw_accept_backlog{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool"} 0
kestrelraw_accept_backlog{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async"} 0
kestrelraw_accept_backlog{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads"} 0
# TYPE kestrelraw_accept_errors_total counter
# HELP kestrelraw_accept_errors_total Calls of accept that failed, or that were put off for want of descriptors.
kestrelraw_accept_errors_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool"} 0
kestrelraw_accept_errors_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async"} 0
kestrelraw_accept_errors_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads"} 0
# TYPE kestrelraw_connection_duration_seconds histogram
# HELP kestrelraw_connection_duration_seconds From accept to close.
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.001"} 194
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.0025"} 196
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.005"} 198
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.01"} 198
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.025"} 199
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.05"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.1"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.25"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.49"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.501"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.505"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.51"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.525"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.55"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.6"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="0.75"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="1"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="2.5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="10"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="30"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="60"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed",le="+Inf"} 200
kestrelraw_connection_duration_seconds_sum{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed"} 0.1259282
kestrelraw_connection_duration_seconds_count{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.001"} 195
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.0025"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.005"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.01"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.025"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.05"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.1"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.25"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.49"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.501"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.505"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.51"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.525"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.55"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.6"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="0.75"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="1"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="2.5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="10"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="30"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="60"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed",le="+Inf"} 200
kestrelraw_connection_duration_seconds_sum{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed"} 0.0735836
kestrelraw_connection_duration_seconds_count{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.001"} 140
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.0025"} 180
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.005"} 193
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.01"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.025"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.05"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.1"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.25"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.49"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.501"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.505"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.51"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.525"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.55"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.6"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="0.75"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="1"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="2.5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="5"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="10"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="30"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="60"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed",le="+Inf"} 200
kestrelraw_connection_duration_seconds_sum{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed"} 0.2309224000000001
kestrelraw_connection_duration_seconds_count{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed"} 200
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.001"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.0025"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.005"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.01"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.025"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.05"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.1"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.25"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.49"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.5"} 0
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.501"} 1812
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.505"} 12531
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.51"} 13419
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.525"} 13809
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.55"} 14046
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.6"} 14295
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="0.75"} 14413
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="1"} 14413
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="2.5"} 14413
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="5"} 14413
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="10"} 14413
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="30"} 14413
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="60"} 14413
kestrelraw_connection_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed",le="+Inf"} 14413
kestrelraw_connection_duration_seconds_sum{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed"} 7291.876724100023
kestrelraw_connection_duration_seconds_count{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed"} 14413
# TYPE kestrelraw_connections_accepted_total counter
# HELP kestrelraw_connections_accepted_total Connections accepted.
kestrelraw_connections_accepted_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool"} 200
kestrelraw_connections_accepted_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async"} 14613
kestrelraw_connections_accepted_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads"} 200
# TYPE kestrelraw_connections_active gauge
# HELP kestrelraw_connections_active Connections accepted that have not ended.
kestrelraw_connections_active{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool"} 0
kestrelraw_connections_active{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async"} 0
kestrelraw_connections_active{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads"} 0
# TYPE kestrelraw_connections_finished_total counter
# HELP kestrelraw_connections_finished_total Connections that have ended, by outcome.
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="completed"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="rejected"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="queue_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="first_byte_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_closed"} 200
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="client_reset"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="work_failed"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="work_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="send_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="aborted"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",outcome="error"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="completed"} 14413
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="rejected"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="queue_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="first_byte_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_closed"} 200
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="client_reset"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="work_failed"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="work_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="send_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="aborted"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",outcome="error"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="completed"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="rejected"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="queue_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="first_byte_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_closed"} 200
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="client_reset"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="work_failed"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="work_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="send_timeout"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="aborted"} 0
kestrelraw_connections_finished_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",outcome="error"} 0
# TYPE kestrelraw_pool_in_use gauge
# HELP kestrelraw_pool_in_use Slots of the pool that this endpoint's connections hold.
kestrelraw_pool_in_use{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool"} 0
kestrelraw_pool_in_use{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",kestrelraw_pool="async"} 0
kestrelraw_pool_in_use{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",kestrelraw_pool="threads"} 0
# TYPE kestrelraw_pool_queued gauge
# HELP kestrelraw_pool_queued Accepted connections that wait for a slot.
kestrelraw_pool_queued{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool"} 0
kestrelraw_pool_queued{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="async",kestrelraw_pool="async"} 0
kestrelraw_pool_queued{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="threads",kestrelraw_pool="threads"} 0
# TYPE kestrelraw_pool_size gauge
# HELP kestrelraw_pool_size The pool's size; absent while it is unlimited.
kestrelraw_pool_size{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool"} 100
# TYPE kestrelraw_pool_wait_duration_seconds histogram
# HELP kestrelraw_pool_wait_duration_seconds How long an accepted connection waited for its slot. The wait in the kernel's accept queue is not in it.
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.001"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.0025"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.005"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.01"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.025"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.05"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.1"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.25"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.49"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.5"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.501"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.505"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.51"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.525"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.55"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.6"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="0.75"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="1"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="2.5"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="5"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="10"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="30"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="60"} 200
kestrelraw_pool_wait_duration_seconds_bucket{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool",le="+Inf"} 200
kestrelraw_pool_wait_duration_seconds_sum{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool"} 0
kestrelraw_pool_wait_duration_seconds_count{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="pool",kestrelraw_pool="pool"} 200
