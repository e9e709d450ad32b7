import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { AccessGuard, SettledAccess } from './auth/access.guard.js';
import { AgentController } from './agent/agent.controller.js';
import { Beats } from './agent/beats.js';
import { HeartbeatService } from './agent/heartbeat.service.js';
import { InspectionController } from './agent/inspection.controller.js';
import { InspectionService } from './agent/inspection.service.js';
import { LookupService } from './agent/lookup.service.js';
import { DocsController } from './docs/docs.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { NodeCallsService } from './calls/node-calls.service.js';
import { BiosController } from './bios/bios.controller.js';
import { FirmwareController } from './firmware/firmware.controller.js';
import { InventoryController } from './inventory/inventory.controller.js';
import { BootDeviceController } from './management/boot-device.controller.js';
import { IndicatorsController } from './management/indicators.controller.js';
import { InjectNmiController } from './management/inject-nmi.controller.js';
import { RaidController } from './raid/raid.controller.js';
import { BootModeController } from './states/boot-mode.controller.js';
import { ConsoleController } from './states/console.controller.js';
import { NodeVendorController } from './vendor/node-vendor.controller.js';
import { VifsController } from './vifs/vifs.controller.js';
import { VifsService } from './vifs/vifs.service.js';
import { VmediaController } from './vmedia/vmedia.controller.js';
import { ShortFlows } from './verbs/short-flows.js';
import { AllocationChangeService } from './allocations/allocation-change.service.js';
import { AllocationCreateService } from './allocations/allocation-create.service.js';
import { AllocationFinder } from './allocations/allocation-finder.js';
import { AllocationLauncher } from './allocations/allocation-launcher.js';
import { AllocationListService } from './allocations/allocation-list.service.js';
import { AllocationsController } from './allocations/allocations.controller.js';
import { NodeAllocationController } from './allocations/node-allocation.controller.js';
import { EventsController } from './events/events.controller.js';
import { ChassisController } from './chassis/chassis.controller.js';
import { ChassisService } from './chassis/chassis.service.js';
import { ConductorsController } from './conductors/conductors.controller.js';
import { DeployTemplateFinder } from './deploy-templates/deploy-template-finder.js';
import { DeployTemplateService } from './deploy-templates/deploy-template.service.js';
import { DeployTemplatesController } from './deploy-templates/deploy-templates.controller.js';
import { DriverVendorController } from './drivers/driver-vendor.controller.js';
import { DriversController } from './drivers/drivers.controller.js';
import { HistoryController } from './history/history.controller.js';
import { MaintenanceController } from './maintenance/maintenance.controller.js';
import { NodePortsController } from './ports/node-ports.controller.js';
import { PortChangeService } from './ports/port-change.service.js';
import { PortFinder } from './ports/port-finder.js';
import { PortListService } from './ports/port-list.service.js';
import { PortsController } from './ports/ports.controller.js';
import { RunbookFinder } from './runbooks/runbook-finder.js';
import { RunbookTraitsController } from './runbooks/runbook-traits.controller.js';
import { RunbookService } from './runbooks/runbook.service.js';
import { RunbooksController } from './runbooks/runbooks.controller.js';
import { NodePortgroupsController } from './portgroups/node-portgroups.controller.js';
import { PortgroupChangeService } from './portgroups/portgroup-change.service.js';
import { PortgroupFinder } from './portgroups/portgroup-finder.js';
import { PortgroupListService } from './portgroups/portgroup-list.service.js';
import { PortgroupsController } from './portgroups/portgroups.controller.js';
import { ShardsController } from './shards/shards.controller.js';
import { PowerService } from './states/power.service.js';
import { ProvisionService } from './states/provision.service.js';
import { VerbStart } from './states/verb-start.service.js';
import { StatesController } from './states/states.controller.js';
import { TraitsController } from './traits/traits.controller.js';
import { ValidateController } from './validation/validate.controller.js';
import { OperationLauncher } from './verbs/operation-launcher.js';
import { ConductorsService } from './conductors/conductors.service.js';
import { HealthController } from './health/health.controller.js';
import { NodeCreateService } from './nodes/node-create.service.js';
import { NodeDeleteService } from './nodes/node-delete.service.js';
import { NodeFinder } from './nodes/node-finder.js';
import { NodeListService } from './nodes/node-list.service.js';
import { NodePatchService } from './nodes/node-patch.service.js';
import { NodesController } from './nodes/nodes.controller.js';
import { ParentNodes } from './nodes/parent-nodes.js';
import { ConnectorService } from './volume/connector.service.js';
import { ConnectorsController } from './volume/connectors.controller.js';
import { NodeVolumeController } from './volume/node-volume.controller.js';
import { TargetService } from './volume/target.service.js';
import { TargetsController } from './volume/targets.controller.js';
import { VolumeList } from './volume/volume-list.js';
import { VolumeNodes } from './volume/volume-nodes.js';
import { VolumeController } from './volume/volume.controller.js';
import { InspectionRuleService } from './inspection-rules/inspection-rule.service.js';
import { InspectionLinksController } from './inspection-rules/inspection-links.controller.js';
import { InspectionRulesController } from './inspection-rules/inspection-rules.controller.js';
import { RootController } from './root/root.controller.js';
import { CONFIG, DATABASE, LOGGER, SECRETS, STARTER, TEMPORAL, type ApiDependencies } from './tokens.js';

/** All controllers. A controller with fixed paths stands before one whose parameters would take them. */
@Module({})
export class ApiModule {
  /** The module over what it is given; tests give fakes for what they do not need. */
  static of(dependencies: ApiDependencies): DynamicModule {
    return {
      module: ApiModule,
      imports: [DiscoveryModule],
      controllers: [
        RootController,
        HealthController,
        OpenApiController,
        DocsController,
        ValidateController,
        StatesController,
        BootDeviceController,
        BootModeController,
        ConsoleController,
        RaidController,
        IndicatorsController,
        InjectNmiController,
        NodeVendorController,
        VifsController,
        VmediaController,
        BiosController,
        FirmwareController,
        InventoryController,
        MaintenanceController,
        TraitsController,
        HistoryController,
        NodePortsController,
        NodeVolumeController,
        ConnectorsController,
        TargetsController,
        VolumeController,
        NodePortgroupsController,
        PortgroupsController,
        OperationsController,
        AgentController,
        InspectionController,
        ChassisController,
        AllocationsController,
        NodeAllocationController,
        EventsController,
        NodesController,
        PortsController,
        DriverVendorController,
        DriversController,
        ConductorsController,
        DeployTemplatesController,
        RunbookTraitsController,
        InspectionRulesController,
        InspectionLinksController,
        RunbooksController,
        ShardsController,
      ],
      providers: [
        { provide: DATABASE, useValue: dependencies.database },
        { provide: SECRETS, useValue: dependencies.secrets },
        { provide: STARTER, useValue: dependencies.starter },
        { provide: TEMPORAL, useValue: dependencies.temporal },
        { provide: CONFIG, useValue: dependencies.config },
        { provide: LOGGER, useValue: dependencies.logger },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: SettledAccess },
        AllocationChangeService,
        AllocationCreateService,
        AllocationFinder,
        AllocationLauncher,
        AllocationListService,
        Beats,
        ChassisService,
        ConductorsService,
        DeployTemplateFinder,
        DeployTemplateService,
        HeartbeatService,
        InspectionService,
        LookupService,
        ShortFlows,
        NodeCallsService,
        VifsService,
        NodeCreateService,
        NodeDeleteService,
        NodeFinder,
        NodeListService,
        NodePatchService,
        OperationLauncher,
        ParentNodes,
        PortChangeService,
        PortFinder,
        PortListService,
        PortgroupChangeService,
        PortgroupFinder,
        PortgroupListService,
        PowerService,
        ProvisionService,
        VerbStart,
        RunbookFinder,
        RunbookService,
        InspectionRuleService,
        ConnectorService,
        TargetService,
        VolumeList,
        VolumeNodes,
      ],
    };
  }
}
