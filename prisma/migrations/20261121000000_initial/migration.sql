-- CreateTable
CREATE TABLE "nodes" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "name" TEXT,
    "driver" TEXT NOT NULL,
    "driver_info" JSONB NOT NULL DEFAULT '{}',
    "driver_internal_info" JSONB NOT NULL DEFAULT '{}',
    "properties" JSONB NOT NULL DEFAULT '{}',
    "extra" JSONB NOT NULL DEFAULT '{}',
    "instance_info" JSONB NOT NULL DEFAULT '{}',
    "network_data" JSONB NOT NULL DEFAULT '{}',
    "instance_uuid" UUID,
    "instance_name" TEXT,
    "maintenance" BOOLEAN NOT NULL DEFAULT false,
    "maintenance_reason" TEXT,
    "fault" TEXT,
    "power_state" TEXT,
    "target_power_state" TEXT,
    "provision_state" TEXT NOT NULL,
    "target_provision_state" TEXT,
    "provision_updated_at" TIMESTAMPTZ(6),
    "last_error" TEXT,
    "console_enabled" BOOLEAN NOT NULL DEFAULT false,
    "inspection_started_at" TIMESTAMPTZ(6),
    "inspection_finished_at" TIMESTAMPTZ(6),
    "clean_step" JSONB NOT NULL DEFAULT '{}',
    "deploy_step" JSONB NOT NULL DEFAULT '{}',
    "service_step" JSONB NOT NULL DEFAULT '{}',
    "raid_config" JSONB NOT NULL DEFAULT '{}',
    "target_raid_config" JSONB NOT NULL DEFAULT '{}',
    "bios_interface" TEXT NOT NULL,
    "boot_interface" TEXT NOT NULL,
    "console_interface" TEXT NOT NULL,
    "deploy_interface" TEXT NOT NULL,
    "firmware_interface" TEXT NOT NULL,
    "inspect_interface" TEXT NOT NULL,
    "management_interface" TEXT NOT NULL,
    "network_interface" TEXT NOT NULL,
    "power_interface" TEXT NOT NULL,
    "raid_interface" TEXT NOT NULL,
    "rescue_interface" TEXT NOT NULL,
    "storage_interface" TEXT NOT NULL,
    "vendor_interface" TEXT NOT NULL,
    "resource_class" TEXT,
    "conductor_group" TEXT NOT NULL DEFAULT '',
    "automated_clean" BOOLEAN,
    "protected" BOOLEAN NOT NULL DEFAULT false,
    "protected_reason" TEXT,
    "owner" TEXT,
    "lessee" TEXT,
    "description" TEXT,
    "retired" BOOLEAN NOT NULL DEFAULT false,
    "retired_reason" TEXT,
    "shard" TEXT,
    "parent_node" UUID,
    "boot_mode" TEXT,
    "secure_boot" BOOLEAN,
    "disable_power_off" BOOLEAN NOT NULL DEFAULT false,
    "health" TEXT,
    "operation_number" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "nodes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ports" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "node_id" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "name" TEXT,
    "description" TEXT,
    "vendor" TEXT,
    "category" TEXT,
    "extra" JSONB NOT NULL DEFAULT '{}',
    "internal_info" JSONB NOT NULL DEFAULT '{}',
    "local_link_connection" JSONB NOT NULL DEFAULT '{}',
    "pxe_enabled" BOOLEAN NOT NULL DEFAULT true,
    "physical_network" TEXT,
    "is_smartnic" BOOLEAN NOT NULL DEFAULT false,
    "available_for_dynamic_portgroup" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "ports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node_traits" (
    "node_id" INTEGER NOT NULL,
    "trait" TEXT NOT NULL,

    CONSTRAINT "node_traits_pkey" PRIMARY KEY ("node_id","trait")
);

-- CreateTable
CREATE TABLE "node_history" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "node_id" INTEGER NOT NULL,
    "severity" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "conductor" TEXT,
    "user" TEXT,
    "project" TEXT,
    "state" TEXT,
    "target_provision_state" TEXT,
    "duration_seconds" DOUBLE PRECISION,

    CONSTRAINT "node_history_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operations" (
    "id" UUID NOT NULL,
    "node_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "class" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "requester" TEXT,
    "request_id" TEXT,
    "plan" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_at" TIMESTAMPTZ(6),
    "ended_at" TIMESTAMPTZ(6),
    "error" TEXT,
    "run_id" TEXT,
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "taken_over" BOOLEAN NOT NULL DEFAULT false,
    "awaits_beat" BOOLEAN NOT NULL DEFAULT false,
    "stage" TEXT,
    "steps_frozen" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "operations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operation_requests" (
    "id" SERIAL NOT NULL,
    "operation_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "requester" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handled_at" TIMESTAMPTZ(6),

    CONSTRAINT "operation_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operation_steps" (
    "operation_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "interface" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "args" JSONB NOT NULL DEFAULT '{}',
    "runner" TEXT NOT NULL,
    "abortable" BOOLEAN NOT NULL DEFAULT false,
    "reboot_requested" BOOLEAN NOT NULL DEFAULT false,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "started_at" TIMESTAMPTZ(6),
    "ended_at" TIMESTAMPTZ(6),
    "newest_command_before" TEXT,
    "command_id" TEXT,
    "error" TEXT,

    CONSTRAINT "operation_steps_pkey" PRIMARY KEY ("operation_id","index")
);

-- CreateTable
CREATE TABLE "operation_events" (
    "id" BIGSERIAL NOT NULL,
    "operation_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "operation_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "boots" (
    "id" UUID NOT NULL,
    "node_id" INTEGER NOT NULL,
    "operation_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(6),
    "agent_token" TEXT NOT NULL,
    "token_given_at" TIMESTAMPTZ(6),
    "script_at" TIMESTAMPTZ(6),
    "kernel_at" TIMESTAMPTZ(6),
    "ramdisk_at" TIMESTAMPTZ(6),
    "lookup_at" TIMESTAMPTZ(6),
    "repeated_lookups" INTEGER NOT NULL DEFAULT 0,
    "heartbeat_at" TIMESTAMPTZ(6),
    "heartbeats" INTEGER NOT NULL DEFAULT 0,
    "callback_url" TEXT,
    "agent_version" TEXT,
    "agent_verify_ca" TEXT,
    "kernel" TEXT,
    "ramdisk" TEXT,
    "kernel_arguments" TEXT,

    CONSTRAINT "boots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conductors" (
    "id" SERIAL NOT NULL,
    "hostname" TEXT NOT NULL,
    "conductor_group" TEXT NOT NULL DEFAULT '',
    "drivers" JSONB NOT NULL DEFAULT '[]',
    "online" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "conductors_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "nodes_uuid_key" ON "nodes"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "nodes_name_key" ON "nodes"("name");

-- CreateIndex
CREATE UNIQUE INDEX "nodes_instance_uuid_key" ON "nodes"("instance_uuid");

-- CreateIndex
CREATE INDEX "nodes_provision_state_idx" ON "nodes"("provision_state");

-- CreateIndex
CREATE INDEX "nodes_shard_idx" ON "nodes"("shard");

-- CreateIndex
CREATE INDEX "nodes_parent_node_idx" ON "nodes"("parent_node");

-- CreateIndex
CREATE UNIQUE INDEX "ports_uuid_key" ON "ports"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "ports_address_key" ON "ports"("address");

-- CreateIndex
CREATE UNIQUE INDEX "ports_name_key" ON "ports"("name");

-- CreateIndex
CREATE INDEX "ports_node_id_idx" ON "ports"("node_id");

-- CreateIndex
CREATE UNIQUE INDEX "node_history_uuid_key" ON "node_history"("uuid");

-- CreateIndex
CREATE INDEX "node_history_node_id_id_idx" ON "node_history"("node_id", "id");

-- CreateIndex
CREATE INDEX "operations_status_created_at_idx" ON "operations"("status", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "operations_node_id_number_key" ON "operations"("node_id", "number");

-- CreateIndex
CREATE INDEX "operation_requests_operation_id_idx" ON "operation_requests"("operation_id");

-- CreateIndex
CREATE INDEX "operation_events_operation_id_id_idx" ON "operation_events"("operation_id", "id");

-- CreateIndex
CREATE INDEX "boots_node_id_idx" ON "boots"("node_id");

-- CreateIndex
CREATE UNIQUE INDEX "boots_operation_id_number_key" ON "boots"("operation_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "conductors_hostname_key" ON "conductors"("hostname");

-- AddForeignKey
ALTER TABLE "ports" ADD CONSTRAINT "ports_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node_traits" ADD CONSTRAINT "node_traits_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node_history" ADD CONSTRAINT "node_history_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_requests" ADD CONSTRAINT "operation_requests_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_steps" ADD CONSTRAINT "operation_steps_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_events" ADD CONSTRAINT "operation_events_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "boots" ADD CONSTRAINT "boots_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "boots" ADD CONSTRAINT "boots_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- The lock of a node: at most one unfinished provision operation and one unfinished power operation.
CREATE UNIQUE INDEX "operations_one_unfinished" ON "operations"("node_id", "class") WHERE "status" IN ('pending', 'running');

-- The reconciler reads the unfinished ones.
CREATE INDEX "operations_unfinished" ON "operations"("created_at") WHERE "status" IN ('pending', 'running');
