-- The rest of Ironic's objects: portgroups, chassis, allocations, deploy templates, runbooks, inspection rules,
-- volumes, BIOS settings, firmware components, inventories.

-- AlterTable
ALTER TABLE "nodes" ADD COLUMN "chassis_id" INTEGER;

-- AlterTable
ALTER TABLE "ports" ADD COLUMN "portgroup_id" INTEGER;

-- AlterTable
ALTER TABLE "operations" ADD COLUMN "project" TEXT;

-- AlterTable
ALTER TABLE "conductors" ADD COLUMN "interfaces" JSONB NOT NULL DEFAULT '{}';

CREATE TABLE "portgroups" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "node_id" INTEGER NOT NULL,
    "name" TEXT,
    "address" TEXT,
    "mode" TEXT NOT NULL,
    "properties" JSONB NOT NULL DEFAULT '{}',
    "extra" JSONB NOT NULL DEFAULT '{}',
    "internal_info" JSONB NOT NULL DEFAULT '{}',
    "standalone_ports_supported" BOOLEAN NOT NULL DEFAULT true,
    "physical_network" TEXT,
    "category" TEXT,
    "dynamic_portgroup" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "portgroups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chassis" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "description" TEXT,
    "extra" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "chassis_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "allocations" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "name" TEXT,
    "node_id" INTEGER,
    "state" TEXT NOT NULL DEFAULT 'allocating',
    "last_error" TEXT,
    "resource_class" TEXT,
    "candidate_nodes" JSONB NOT NULL DEFAULT '[]',
    "traits" JSONB NOT NULL DEFAULT '[]',
    "extra" JSONB NOT NULL DEFAULT '{}',
    "owner" TEXT,

    CONSTRAINT "allocations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deploy_templates" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "name" TEXT NOT NULL,
    "steps" JSONB NOT NULL,
    "extra" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "deploy_templates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runbooks" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "name" TEXT NOT NULL,
    "steps" JSONB NOT NULL,
    "extra" JSONB NOT NULL DEFAULT '{}',
    "disable_ramdisk" BOOLEAN NOT NULL DEFAULT false,
    "public" BOOLEAN NOT NULL DEFAULT false,
    "owner" TEXT,
    "description" TEXT,

    CONSTRAINT "runbooks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runbook_traits" (
    "runbook_id" INTEGER NOT NULL,
    "trait" TEXT NOT NULL,

    CONSTRAINT "runbook_traits_pkey" PRIMARY KEY ("runbook_id","trait")
);

-- CreateTable
CREATE TABLE "inspection_rules" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "description" TEXT,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "phase" TEXT NOT NULL DEFAULT 'main',
    "sensitive" BOOLEAN NOT NULL DEFAULT false,
    "actions" JSONB NOT NULL,
    "conditions" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "inspection_rules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "volume_connectors" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "node_id" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "connector_id" TEXT NOT NULL,
    "extra" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "volume_connectors_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "volume_targets" (
    "id" SERIAL NOT NULL,
    "uuid" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "node_id" INTEGER NOT NULL,
    "volume_type" TEXT NOT NULL,
    "boot_index" INTEGER NOT NULL,
    "volume_id" TEXT NOT NULL,
    "properties" JSONB NOT NULL DEFAULT '{}',
    "extra" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "volume_targets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bios_settings" (
    "node_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "value" TEXT,
    "attribute_type" TEXT,
    "allowable_values" JSONB,
    "lower_bound" INTEGER,
    "upper_bound" INTEGER,
    "min_length" INTEGER,
    "max_length" INTEGER,
    "read_only" BOOLEAN,
    "reset_required" BOOLEAN,
    "unique" BOOLEAN,

    CONSTRAINT "bios_settings_pkey" PRIMARY KEY ("node_id","name")
);

-- CreateTable
CREATE TABLE "firmware_components" (
    "node_id" INTEGER NOT NULL,
    "component" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6),
    "initial_version" TEXT,
    "current_version" TEXT,
    "last_version_flashed" TEXT,
    "vendor" TEXT,
    "model" TEXT,
    "serial_number" TEXT,

    CONSTRAINT "firmware_components_pkey" PRIMARY KEY ("node_id","component")
);

-- CreateTable
CREATE TABLE "node_inventories" (
    "node_id" INTEGER NOT NULL,
    "inspected_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "inventory" JSONB NOT NULL,
    "plugin_data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "node_inventories_pkey" PRIMARY KEY ("node_id")
);

-- CreateTable
CREATE TABLE "inspection_posts" (
    "operation_id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "inventory" JSONB NOT NULL,
    "plugin_data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "inspection_posts_pkey" PRIMARY KEY ("operation_id")
);

-- CreateTable
CREATE INDEX "nodes_chassis_id_idx" ON "nodes"("chassis_id");

-- CreateIndex
CREATE INDEX "nodes_resource_class_idx" ON "nodes"("resource_class");

-- CreateIndex
CREATE INDEX "ports_portgroup_id_idx" ON "ports"("portgroup_id");

-- CreateIndex
CREATE UNIQUE INDEX "portgroups_uuid_key" ON "portgroups"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "portgroups_name_key" ON "portgroups"("name");

-- CreateIndex
CREATE UNIQUE INDEX "portgroups_address_key" ON "portgroups"("address");

-- CreateIndex
CREATE INDEX "portgroups_node_id_idx" ON "portgroups"("node_id");

-- CreateIndex
CREATE UNIQUE INDEX "chassis_uuid_key" ON "chassis"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "allocations_uuid_key" ON "allocations"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "allocations_name_key" ON "allocations"("name");

-- CreateIndex
CREATE UNIQUE INDEX "allocations_node_id_key" ON "allocations"("node_id");

-- CreateIndex
CREATE INDEX "allocations_state_idx" ON "allocations"("state");

-- CreateIndex
CREATE INDEX "allocations_resource_class_idx" ON "allocations"("resource_class");

-- CreateIndex
CREATE UNIQUE INDEX "deploy_templates_uuid_key" ON "deploy_templates"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "deploy_templates_name_key" ON "deploy_templates"("name");

-- CreateIndex
CREATE UNIQUE INDEX "runbooks_uuid_key" ON "runbooks"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "runbooks_name_key" ON "runbooks"("name");

-- CreateIndex
CREATE UNIQUE INDEX "inspection_rules_uuid_key" ON "inspection_rules"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "volume_connectors_uuid_key" ON "volume_connectors"("uuid");

-- CreateIndex
CREATE INDEX "volume_connectors_node_id_idx" ON "volume_connectors"("node_id");

-- CreateIndex
CREATE UNIQUE INDEX "volume_connectors_type_connector_id_key" ON "volume_connectors"("type", "connector_id");

-- CreateIndex
CREATE UNIQUE INDEX "volume_targets_uuid_key" ON "volume_targets"("uuid");

-- CreateIndex
CREATE UNIQUE INDEX "volume_targets_node_id_boot_index_key" ON "volume_targets"("node_id", "boot_index");

-- CreateIndex
ALTER TABLE "nodes" ADD CONSTRAINT "nodes_chassis_id_fkey" FOREIGN KEY ("chassis_id") REFERENCES "chassis"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey

-- AddForeignKey
ALTER TABLE "ports" ADD CONSTRAINT "ports_portgroup_id_fkey" FOREIGN KEY ("portgroup_id") REFERENCES "portgroups"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "portgroups" ADD CONSTRAINT "portgroups_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "allocations" ADD CONSTRAINT "allocations_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runbook_traits" ADD CONSTRAINT "runbook_traits_runbook_id_fkey" FOREIGN KEY ("runbook_id") REFERENCES "runbooks"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "volume_connectors" ADD CONSTRAINT "volume_connectors_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "volume_targets" ADD CONSTRAINT "volume_targets_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bios_settings" ADD CONSTRAINT "bios_settings_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "firmware_components" ADD CONSTRAINT "firmware_components_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node_inventories" ADD CONSTRAINT "node_inventories_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inspection_posts" ADD CONSTRAINT "inspection_posts_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
